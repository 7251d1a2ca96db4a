package dev.tenon.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.checks.Fixtures;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a host may change any day without saying so: the order of members, members that are new, white space, the ends of lines. */
class VariedExchangesTest {
    private static final String FILE = "providers/INDEX.jsonl";

    @TempDir
    private Path folder;

    @Test
    void theOrderOfMembersSaysNothing() throws IOException {
        assertSameAfter(VariedExchangesTest::reversed, "\n", 1);
    }

    @Test
    void membersThatAreNewAndOtherEndsOfLinesChangeNothing() throws IOException {
        assertSameAfter(VariedExchangesTest::withNewMembers, "\r\n", 3);
    }

    private static Json reversed(Json value) {
        return switch (value) {
            case Json.Obj object -> {
                List<Map.Entry<String, Json>> members =
                        new ArrayList<>(object.members().entrySet());
                Collections.reverse(members);
                Map<String, Json> turned = new LinkedHashMap<>();
                members.forEach(member -> turned.put(member.getKey(), reversed(member.getValue())));
                yield Json.Obj.of(turned);
            }
            case Json.Arr list ->
                Json.Arr.of(
                        list.items().stream().map(VariedExchangesTest::reversed).toList());
            case Json other -> other;
        };
    }

    private static Json withNewMembers(Json value) {
        if (!(value instanceof Json.Obj object)) return value;
        return Json.object()
                .put("x_of_tomorrow", Json.object("deep", Json.array(1, Json.NULL, "text")))
                .putAll(object)
                .put("zz_of_tomorrow", "text")
                .build();
    }

    /** @param every of how many exchanges one is tried */
    private void assertSameAfter(UnaryOperator<Json> change, String lineEnd, int every) throws IOException {
        ProvidersKind kind = new ProvidersKind();
        CaseFile cases = new CaseFile(Fixtures.path(FILE));
        List<Given> varied = new ArrayList<>();
        int number = 0;
        for (Given given : cases.given(kind.given())) {
            boolean binary = given.needed("transport").equals("aws-eventstream");
            if (binary || isLeftOut(given) || number++ % every > 0) continue;
            String body = new String(given.file("body"), StandardCharsets.UTF_8);
            Path changed = Files.writeString(folder.resolve(varied.size() + ".body"), changed(body, change, lineEnd));
            varied.add(
                    new Given(given.id(), given.members().with("body", Json.of(changed.toString())), given.folder()));
            Fixtures.countRead(FILE, given.id());
        }
        List<String> ids = varied.stream().map(Given::id).toList();
        List<Json.Obj> wanted = cases.wanted().stream()
                .filter(one -> ids.contains(one.string("id").orElse("")))
                .toList();
        assertThat(varied).hasSizeGreaterThan(900 / every);
        assertThat(Conformance.failed(kind, varied, wanted)).isEmpty();
    }

    private static boolean isLeftOut(Given given) {
        String api = given.needed("api");
        boolean perplexity = given.text("provider").filter("perplexity"::equals).isPresent();
        return Format.of(api).isEmpty() || api.equals("embeddings") && perplexity;
    }

    /** A whole body, or each line of one that has JSON. */
    private static String changed(String body, UnaryOperator<Json> change, String lineEnd) {
        try {
            return change.apply(Json.parse(body)).toString();
        } catch (JsonException e) {
            StringBuilder lines = new StringBuilder();
            for (String line : body.split("\r?\n", -1)) {
                String data = line.startsWith("data:") ? "data: " : "";
                String json =
                        data.isEmpty() ? line : line.substring("data:".length()).strip();
                lines.append(data).append(changedLine(json, change)).append(lineEnd);
            }
            return lines.toString();
        }
    }

    private static String changedLine(String line, UnaryOperator<Json> change) {
        try {
            return line.startsWith("{") ? change.apply(Json.parse(line)).toString() : line;
        } catch (JsonException e) {
            return line;
        }
    }
}
