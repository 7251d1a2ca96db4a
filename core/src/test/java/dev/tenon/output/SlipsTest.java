package dev.tenon.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A document that was written with several slips at once, such as models have, is read as the document. The seed is fixed. */
class SlipsTest {
    private static final int MANY = Integer.getInteger("tenon.slips", 4_000);

    private static final List<Json> DOCUMENTS = List.of(
                    "{\"mission\": \"Juno\", \"launched\": 2011, \"crewed\": false, \"instruments\": [\"JunoCam\","
                            + " \"MWR\"], \"notes\": null}",
                    "{\"route\": [{\"stop\": \"Harbour\", \"min\": 0}, {\"stop\": \"Market\", \"min\": 7}], \"line\":"
                            + " 4}",
                    "{\"matrix\": [[1, 0, 2], [0, 3, 0]], \"rank\": 2, \"symmetric\": false}",
                    "{\"text\": \"It's 5 o'clock, isn't it?\", \"who\": \"Ann's\", \"n\": -1.5}",
                    "{\"url\": \"https://example.test/a?b=c&d=e#f\", \"mail\": \"a@b.test\", \"re\": \"^\\\\d+$\"}",
                    "{\"a\": \"x, y: z\", \"b\": \"{not} [json]\", \"c\": \"ends with comma,\", \"e\": \"// no"
                            + " comment\"}",
                    "{\"empty\": \"\", \"space\": \" \", \"list\": [], \"obj\": {}, \"big\": 12345678901234567890}",
                    "[1, 2, \"four\", true, null, {\"five\": 5}, [6]]",
                    "{\"größe\": 3, \"名前\": \"太郎\", \"emoji\": \"🚀 launch\"}",
                    "{\"time\": \"10:30\", \"zip\": \"02134\", \"pct\": \"45%\", \"log\": \"one\\ntwo\"}")
            .stream()
            .map(Json::parse)
            .toList();

    private final SplittableRandom random = new SplittableRandom(11);

    /** How one document is written. */
    private record Manner(
            char quote,
            boolean bareNames,
            boolean foreignLiterals,
            String separator,
            boolean lastSeparator,
            String colon,
            String indent,
            String comment,
            boolean rawBreaks) {
        String write(Json value, int level) {
            return switch (value) {
                case Json.Obj object -> {
                    List<String> members = new ArrayList<>();
                    object.members()
                            .forEach((name, member) ->
                                    members.add((bareNames ? name : text(name)) + colon + write(member, level + 1)));
                    yield between('{', members, '}', level);
                }
                case Json.Arr array -> {
                    List<String> items = new ArrayList<>();
                    array.forEach(item -> items.add(write(item, level + 1)));
                    yield between('[', items, ']', level);
                }
                case Json.Str text -> text(text.value());
                case Json.Num number -> number.toString();
                case Json.Bool bool when foreignLiterals -> bool == Json.Bool.TRUE ? "True" : "False";
                case Json.Bool bool -> bool.toString();
                case Json.Null none -> foreignLiterals ? "None" : "null";
            };
        }

        private String text(String text) {
            String json = new Json.Str(text).toString();
            String content = json.substring(1, json.length() - 1);
            if (rawBreaks) {
                content = content.replace("\\n", "\n");
            }
            if (quote == '\'') {
                content = content.replace("'", "\\'");
            }
            return quote + content + (quote == '“' ? '”' : quote);
        }

        private String between(char open, List<String> parts, char close, int level) {
            if (parts.isEmpty()) {
                return "" + open + close;
            }
            StringBuilder out = new StringBuilder().append(open);
            for (int i = 0; i < parts.size(); i++) {
                boolean last = i == parts.size() - 1;
                out.append(indent.isEmpty() ? i == 0 ? "" : " " : "\n" + indent.repeat(level + 1))
                        .append(parts.get(i))
                        .append(last && !lastSeparator ? "" : separator)
                        .append(indent.isEmpty() ? "" : comment);
            }
            return out.append(indent.isEmpty() ? "" : "\n" + indent.repeat(level))
                    .append(close)
                    .toString();
        }
    }

    @SafeVarargs
    private <T> T any(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private Manner manner() {
        String separator = any(",", ",", ",", ",,", " ", ";");
        return new Manner(
                any('"', '"', '\'', '“', '`'),
                random.nextBoolean(),
                random.nextBoolean(),
                separator,
                random.nextBoolean(),
                any(": ", ": ", ":", " : ", " = ", " => "),
                any("", "", "  ", "\t"),
                any("", "", " // it's \"x\", {y}", " # note"),
                random.nextBoolean());
    }

    private String surrounded(String document) {
        return any(
                        "%s",
                        "```json\n%s\n```",
                        "Here you go:\n\n%s",
                        "%s\n\nHope this helps!",
                        "x = %s;",
                        "callback(%s);",
                        "<answer>%s</answer>",
                        "<think>Hm, {\"a\": 1}?</think>\n%s",
                        "\ufeff%s")
                .replace("%s", document);
    }

    @Test
    void slipsThatComeTogetherAreMendedTogether() {
        List<Map.Entry<String, Json>> wrong = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            Json document = DOCUMENTS.get(random.nextInt(DOCUMENTS.size()));
            String text = surrounded(manner().write(document, 0));
            Json came;
            try {
                came = RecoveryParser.any().parse(text).value();
            } catch (OutputException e) {
                came = new Json.Str(String.valueOf(e.getMessage()));
            }
            if (!came.equals(document)) {
                wrong.add(Map.entry(text, came));
            }
        }

        assertThat(wrong).isEmpty();
    }
}
