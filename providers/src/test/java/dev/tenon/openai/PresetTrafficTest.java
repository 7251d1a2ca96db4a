package dev.tenon.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.checks.Fixtures;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.openai.Dialect.Feature;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.schema.StrictProfile;
import dev.tenon.wire.StrictForms;
import java.io.ByteArrayOutputStream;
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
