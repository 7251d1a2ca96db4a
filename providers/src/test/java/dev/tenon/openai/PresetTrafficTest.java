package dev.tenon.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.checks.Fixtures;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.openai.Dialect.Feature;
import dev.tenon.openai.Dialect.ThinkingBack;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.schema.StrictProfile;
import dev.tenon.wire.StrictForms;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What each preset says of its host, against the requests that the host was recorded to answer with 200. */
class PresetTrafficTest {
    /** What a request shows that its host takes. */
    private static Set<Feature> used(Json.Obj request) {
        Set<Feature> used = new TreeSet<>();
        if (request.has("stream_options")) used.add(Feature.STREAM_USAGE);
        if (request.has("seed")) used.add(Feature.SEED);
        if (request.has("parallel_tool_calls")) used.add(Feature.PARALLEL_TOOL_CALLS);
        request.at("/response_format/type").ifPresent(type -> {
            if (type.equals(Json.of("json_schema"))) used.add(Feature.JSON_SCHEMA);
            if (type.equals(Json.of("json_object"))) used.add(Feature.JSON_OBJECT);
        });
        Json choice = request.get("tool_choice").orElse(Json.NULL);
        if (choice.equals(Json.of("required")) || choice.equals(Json.of("any"))) used.add(Feature.TOOL_CHOICE);
        if (choice instanceof Json.Obj) used.add(Feature.NAMED_TOOL_CHOICE);
        for (Json message : request.get("messages").orElse(Json.Arr.EMPTY).asArr()) {
            boolean user = message.at("/role").equals(java.util.Optional.of(Json.of("user")));
            if (!user || !(message.at("/content").orElse(Json.NULL) instanceof Json.Arr parts)) continue;
            for (Json part : parts) {
                switch (part.at("/type").map(Json::asString).orElse("")) {
                    case "image_url" -> used.add(Feature.IMAGES);
                    case "input_audio" -> used.add(Feature.AUDIO);
                    case "file" -> used.add(Feature.FILES);
                    case "video_url" -> used.add(Feature.VIDEO);
                    case "document_url" -> used.add(Feature.DOCUMENT_URLS);
                    default -> {}
                }
            }
        }
        return used;
    }

    /** The members in which thinking went back. */
    private static Set<String> thinking(Json.Obj request) {
        Set<String> members = new TreeSet<>();
        for (Json message : request.get("messages").orElse(Json.Arr.EMPTY).asArr()) {
            for (String name : List.of("reasoning", "reasoning_content", Dialect.DETAILS)) {
                if (message.asObj().has(name)) members.add(name);
            }
            if (message.at("/content").orElse(Json.NULL) instanceof Json.Arr parts) {
                for (Json part : parts) {
                    if (part.at("/type").equals(java.util.Optional.of(Json.of("thinking")))) {
                        members.add(Dialect.IN_CONTENT);
                    }
                }
            }
        }
        return members;
    }

    @Test
    void noHostTookWhatItsPresetSaysItDoesNotTake() {
        List<String> wrong = new ArrayList<>();
        Map<String, Set<String>> thought = new TreeMap<>();
        Map<String, Integer> requests = new TreeMap<>();
        for (String line : Fixtures.cases("providers/INDEX.jsonl", it -> it.contains("\"api\": \"openai-chat\""))) {
            Json.Obj exchange = Json.parse(line).asObj();
            Dialect dialect = exchange.string("url").flatMap(Dialect::at).orElse(null);
            if (dialect == null || !exchange.get("status").equals(java.util.Optional.of(Json.of(200)))) continue;
            if (!(exchange.get("request").orElse(Json.NULL) instanceof Json.Obj request)) continue;
            requests.merge(dialect.name(), 1, Integer::sum);
            thought.computeIfAbsent(dialect.name(), it -> new TreeSet<>()).addAll(thinking(request));
            for (Feature feature : used(request)) {
                if (!dialect.has(feature)) {
                    wrong.add(exchange.string("id").orElse("") + ": " + dialect.name() + " took " + feature);
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(requests.keySet())
                .contains("openai", "azure", "groq", "deepseek", "mistral", "openrouter", "ollama");
        assertThat(thought.get("deepseek")).contains(Dialect.DEEPSEEK.thinkingName());
        assertThat(thought.get("openrouter")).contains(Dialect.OPENROUTER.thinkingName());
        assertThat(thought.get("mistral")).contains(Dialect.MISTRAL.thinkingName());
        assertThat(thought.get("openai")).isEmpty();
    }

    /** The preset of a recorded exchange's host, by its address, else by its name. */
    private static Dialect preset(Json.Obj exchange) {
        String host = exchange.string("provider").orElse("");
        return exchange.string("url").flatMap(Dialect::at).orElseGet(() -> switch (host) {
            case "openai" -> Dialect.OPENAI;
            case "azure" -> Dialect.AZURE;
            case "groq" -> Dialect.GROQ;
            case "deepseek" -> Dialect.DEEPSEEK;
            case "mistral" -> Dialect.MISTRAL;
            case "xai" -> Dialect.XAI;
            case "ollama", "ollama-cloud" -> Dialect.OLLAMA;
            case "vllm" -> Dialect.VLLM;
            default -> Dialect.COMPATIBLE;
        });
    }

    /** The objects of a reply: itself, or the chunks of its stream. */
    private static List<Json> objects(Json.Obj exchange) {
        String body = new String(
                Fixtures.bytes("providers/" + exchange.string("body").orElseThrow()), StandardCharsets.UTF_8);
        if (!exchange.get("stream").equals(java.util.Optional.of(Json.of(true)))) return List.of(Json.parse(body));
        List<Json> chunks = new ArrayList<>();
        body.lines()
                .map(line -> line.startsWith("data:")
                        ? line.substring("data:".length()).strip()
                        : line.strip())
                .filter(line -> line.startsWith("{"))
                .forEach(line -> chunks.add(Json.parse(line)));
        return chunks;
    }

    private static boolean isSaid(Json value) {
        return switch (value) {
            case Json.Str text -> !text.value().isEmpty();
            case Json.Arr list -> list.size() > 0;
            case Json other -> false;
        };
    }

    /** Of a reply: the members its thinking is in, the ids of its calls, whether it says what it used. */
    private record Seen(Set<String> thinking, Set<String> ids, boolean usage) {
        static Seen of(Json.Obj exchange) {
            Set<String> thinking = new TreeSet<>();
            Set<String> ids = new TreeSet<>();
            boolean usage = false;
            for (Json object : objects(exchange)) {
                usage |= object.at("/usage/prompt_tokens").isPresent()
                        || object.at("/x_groq/usage/prompt_tokens").isPresent();
                for (String place : List.of("/choices/0/message", "/choices/0/delta")) {
                    Json said = object.at(place).orElse(Json.NULL);
                    for (String name : List.of("reasoning", "reasoning_content", Dialect.DETAILS)) {
                        if (isSaid(said.at("/" + name).orElse(Json.NULL))) thinking.add(name);
                    }
                    if (said.at("/content").orElse(Json.NULL) instanceof Json.Arr parts) {
                        for (Json part : parts) {
                            if (part.at("/type").equals(java.util.Optional.of(Json.of("thinking")))) {
                                thinking.add(Dialect.IN_CONTENT);
                            }
                        }
                    }
                    if (said.at("/tool_calls").orElse(Json.NULL) instanceof Json.Arr calls) {
                        for (Json call : calls) {
                            call.at("/id").filter(PresetTrafficTest::isSaid).ifPresent(id -> ids.add(id.asString()));
                        }
                    }
                }
            }
            return new Seen(thinking, ids, usage);
        }
    }

    @Test
    void everyHostRepliesAsItsPresetSays() {
        List<String> wrong = new ArrayList<>();
        Map<String, Integer> replies = new TreeMap<>();
        Map<String, Integer> thoughts = new TreeMap<>();
        for (String line : Fixtures.cases("providers/INDEX.jsonl", it -> it.contains("\"api\": \"openai-chat\""))) {
            Json.Obj exchange = Json.parse(line).asObj();
            if (!exchange.get("status").equals(java.util.Optional.of(Json.of(200)))) continue;
            if (exchange.at("/expected/error").isPresent()) continue;
            Dialect dialect = preset(exchange);
            if (dialect == Dialect.COMPATIBLE) continue;
            String id = exchange.string("id").orElse("") + ": ";
            Seen seen = Seen.of(exchange);
            replies.merge(dialect.name(), 1, Integer::sum);
            // What the host shows of its thinking stands where the preset puts it back.
            if (!seen.thinking().isEmpty() && dialect.thinking() != ThinkingBack.NEVER) {
                thoughts.merge(dialect.name(), 1, Integer::sum);
                if (!seen.thinking().contains(dialect.thinkingName())) {
                    wrong.add(id + dialect.name() + " thinks in " + seen.thinking());
                }
            }
            // Who is not asked for the usage of a stream reports it unasked.
            boolean stream = exchange.get("stream").equals(java.util.Optional.of(Json.of(true)));
            boolean asked = exchange.at("/request/stream_options/include_usage")
                    .filter(Json.Bool.TRUE::equals)
                    .isPresent();
            if (stream && !seen.usage() && (asked || !dialect.has(Feature.STREAM_USAGE))) {
                wrong.add(id + dialect.name() + " reports no usage in a stream");
            }
            if (dialect == Dialect.MISTRAL) {
                for (String call : seen.ids()) {
                    if (!call.matches("[a-zA-Z0-9]{9}")) wrong.add(id + "a call id of another form: " + call);
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(replies.keySet())
                .contains("openai", "azure", "groq", "deepseek", "mistral", "openrouter", "xai", "vllm", "ollama");
        assertThat(thoughts.keySet()).contains("groq", "deepseek", "mistral", "openrouter", "ollama");
    }

    private static Json written(Dialect dialect, Message... messages) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ChatRequest request = ChatRequest.of(List.of(messages));
        new RequestWriter(dialect, new StrictForms(StrictProfile.OPENAI), "m", request, Call.unwatched()).write(out);
        return Json.parse(out.toByteArray());
    }

    @Test
    void anAnswerThatIsBegunSaysSoAtMistral() {
        AssistantMessage begun = AssistantMessage.of(List.of(
                new Content.Thinking("Hm", false, new Origin(OpenAi.WIRE, Json.NULL), Map.of()), Content.text("Once")));

        assertThat(written(Dialect.MISTRAL, Message.user("A story"), begun).at("/messages/1"))
                .contains(
                        Json.parse(
                                "{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":"
                                    + "[{\"type\":\"text\",\"text\":\"Hm\"}]},{\"type\":\"text\",\"text\":\"Once\"}],\"prefix\":true}"));
        assertThat(written(Dialect.MISTRAL, Message.user("A story"), begun, Message.user("?"))
                        .at("/messages/1/prefix"))
                .isEmpty();
        assertThat(written(Dialect.OPENAI, Message.user("A story"), Message.assistant("Once"))
                        .at("/messages/1/prefix"))
                .isEmpty();
    }
}
