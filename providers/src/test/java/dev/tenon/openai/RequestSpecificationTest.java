package dev.tenon.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tenon.checks.Fixtures;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.message.SystemMessage;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.provider.ToolChoice;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.StrictProfile;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Gen;
import dev.tenon.testing.Property;
import dev.tenon.tool.ToolSpec;
import dev.tenon.wire.StrictForms;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is written to OpenAI is what its specification says, for conversations with every kind of content, tool choice and setting. */
class RequestSpecificationTest {
    private static final String PNG = "iVBORw0KGgo=";

    private record Case(ChatRequest request, boolean streamed) {}

    @Test
    void requestsFitTheSpecification() throws Exception {
        Json.Obj document = Json.parse(Files.readAllBytes(Fixtures.spec("openai/openapi.json")))
                .asObj();
        Json components = document.get("components").orElseThrow();
        Json root = Json.object()
                .put("$ref", "#/components/schemas/CreateChatCompletionRequest")
                .put("components", components)
                .build();
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(root.toString(), InputFormat.JSON);
        Set<String> known =
                members(components.at("/schemas/CreateChatCompletionRequest").orElseThrow(), components);
        Map<String, Set<String>> messages = Map.of(
                "system", members("ChatCompletionRequestSystemMessage", components),
                "user", members("ChatCompletionRequestUserMessage", components),
                "assistant", members("ChatCompletionRequestAssistantMessage", components),
                "tool", members("ChatCompletionRequestToolMessage", components));

        assertThat(schema.validate("{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}]}", InputFormat.JSON))
                .isNotEmpty();

        Property.forAll(500, RequestSpecificationTest::conversation, test -> {
            String text = written(test);
            assertThat(schema.validate(text, InputFormat.JSON)).as(text).isEmpty();
            Json.Obj request = Json.parse(text).asObj();
            assertThat(known).containsAll(request.members().keySet());
            for (Json message : request.get("messages").orElseThrow().asArr()) {
                String role = message.asObj().string("role").orElseThrow();
                assertThat(messages.get(role))
                        .containsAll(message.asObj().members().keySet());
            }
        });
    }

    private static String written(Case test) {
        Call call = test.streamed ? Call.watched(new Cancellation(), delta -> {}, notice -> {}) : Call.unwatched();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new RequestWriter(Dialect.OPENAI, new StrictForms(StrictProfile.OPENAI), "gpt-5", test.request, call)
                .write(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static Set<String> members(String name, Json components) {
        return members(components.at("/schemas/" + name).orElseThrow(), components);
    }

    /** The names that a schema has for members, through references and {@code allOf}. */
    private static Set<String> members(Json schema, Json components) {
        Set<String> names = new TreeSet<>();
        Json.Obj object = schema.asObj();
        object.get("properties")
                .ifPresent(all -> names.addAll(all.asObj().members().keySet()));
        object.get("allOf").ifPresent(all -> all.asArr().forEach(part -> names.addAll(members(part, components))));
        object.string("$ref")
                .ifPresent(ref -> names.addAll(members(ref.substring(ref.lastIndexOf('/') + 1), components)));
        return names;
    }

    private static Case conversation(Chance chance) {
        List<Message> messages = new ArrayList<>();
        if (chance.oneIn(2)) messages.add(system(chance));
        for (int turns = 1 + chance.below(4); turns > 0; turns--) {
            messages.add(user(chance));
            for (int rounds = chance.below(3); rounds > 0; rounds--) {
                round(chance, messages);
            }
            if (chance.oneIn(2)) messages.add(assistant(chance));
        }
        List<ToolSpec> tools = Gen.<ToolSpec>of(
                        ToolSpec.of(
                                "weather",
                                "The weather",
                                schema("{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}")),
                        ToolSpec.of(
                                "now",
                                "",
                                schema(
                                        "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false,\"required\":[]}")),
                        ToolSpec.of("find", "Finds", JsonSchema.ANY))
                .list(3)
                .next(chance);
        ChatRequest request = ChatRequest.of(messages)
                .withTools(tools.stream().distinct().toList())
                .withSettings(settings(chance));
        if (!tools.isEmpty()) {
            request = request.withToolChoice(chance.pick(List.of(
                    ToolChoice.AUTO,
                    ToolChoice.NONE,
                    ToolChoice.REQUIRED,
                    ToolChoice.named(tools.get(0).name()))));
        }
        if (chance.oneIn(3)) {
            request = request.withFormat(
                    ResponseFormat.json(
                            "answer",
                            schema(
                                    "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"],\"additionalProperties\":false}")));
        }
        return new Case(request, chance.oneIn(2));
    }

    private static JsonSchema schema(String text) {
        return JsonSchema.parse(text);
    }

    private static Message system(Chance chance) {
        List<Content.Text> texts = new ArrayList<>();
        for (int left = 1 + chance.below(2); left > 0; left--)
            texts.add(Content.text(Gen.text().next(chance)));
        return new SystemMessage(texts, Map.of());
    }

    private static Message user(Chance chance) {
        List<Content.OfUser> parts = new ArrayList<>();
        for (int left = 1 + chance.below(3); left > 0; left--) {
            parts.add(
                    switch (chance.below(9)) {
                        case 0 -> Content.Media.of(new Content.Media.Inline(PNG), "image/png");
                        case 1 -> Content.Media.of(new Content.Media.At("https://example.org/a.png"), "image/png");
                        case 2 ->
                            Content.Media.of(
                                    new Content.Media.Inline("UklGRg=="),
                                    chance.pick(List.of("audio/wav", "audio/mpeg")));
                        case 3 ->
                            Content.Media.of(new Content.Media.Inline("JVBERi0="), "application/pdf")
                                    .withName("a.pdf");
                        case 4 -> Content.Media.of(new Content.Media.Stored("file-1"), "application/pdf");
                        case 5 -> Content.Media.of("é".getBytes(StandardCharsets.UTF_8), "text/plain");
                        case 6 -> Content.Opaque.of("another-wire", "thing", Json.object("a", 1));
                        default -> Content.text(Gen.text().next(chance));
                    });
        }
        // Something must be left where parts of other wires are left out.
        parts.add(Content.text("?"));
        return new UserMessage(parts, Map.of());
    }

    private static AssistantMessage assistant(Chance chance) {
        List<Content.OfAssistant> parts = new ArrayList<>();
        if (chance.oneIn(3)) parts.add(Content.Thinking.of("Hm"));
        if (chance.oneIn(3))
            parts.add(new Content.Thinking("Hm", false, new Origin("another-wire", Json.of("signature")), Map.of()));
        if (chance.oneIn(3)) parts.add(Content.Opaque.of("another-wire", "tool", Json.object("a", 1)));
        if (chance.oneIn(4)) {
            Origin origin = new Origin(OpenAi.WIRE, Json.object("id", "audio_1"));
            parts.add(new Content.Media(
                    Content.Media.Kind.AUDIO, "", new Content.Media.Inline("AAAA"), "", origin, Map.of()));
        }
        if (chance.oneIn(4)) parts.add(Content.Media.of(new Content.Media.Inline(PNG), "image/png"));
        if (!chance.oneIn(5)) parts.add(Content.text(Gen.text().next(chance)));
        Origin origin = chance.oneIn(5) ? new Origin(OpenAi.WIRE, Json.object("refusal", "No.")) : Origin.NONE;
        return new AssistantMessage(parts, origin, Map.of());
    }

    private static void round(Chance chance, List<Message> messages) {
        List<Content.OfAssistant> parts = new ArrayList<>(assistant(chance).content());
        List<Content.ToolResult> results = new ArrayList<>();
        for (int left = 1 + chance.below(3); left > 0; left--) {
            String id = chance.pick(List.of("", "same", "call_" + left));
            parts.add(Content.ToolCall.of(
                    id, "weather", Json.object("city", Gen.text().next(chance))));
            List<Content.OfResult> content = new ArrayList<>();
            content.add(Content.text(Gen.text().next(chance)));
            if (chance.oneIn(3)) content.add(Content.Media.of(new Content.Media.Inline(PNG), "image/png"));
            if (chance.oneIn(5)) content.add(Content.Media.of(new Content.Media.Inline("AAAA"), "video/mp4"));
            results.add(new Content.ToolResult(id, "weather", content, chance.oneIn(3), Origin.NONE, Map.of()));
        }
        messages.add(AssistantMessage.of(parts));
        messages.add(ToolMessage.of(results));
    }

    private static ModelSettings settings(Chance chance) {
        ModelSettings settings = ModelSettings.NONE;
        if (chance.oneIn(3)) settings = settings.withTemperature(chance.below(20) / 10.0);
        if (chance.oneIn(3)) settings = settings.withTopP(chance.below(10) / 10.0);
        if (chance.oneIn(3)) settings = settings.withMaxOutputTokens(1 + chance.below(10_000));
        if (chance.oneIn(3)) settings = settings.withStop("a", "b");
        if (chance.oneIn(3)) settings = settings.withSeed(chance.between(-1000, 1000));
        if (chance.oneIn(3)) settings = settings.withEffort(chance.pick(List.of("minimal", "low", "medium", "high")));
        if (chance.oneIn(3)) settings = settings.withParallelToolCalls(chance.oneIn(2));
        if (chance.oneIn(5)) settings = settings.with("n", Json.of(2));
        if (chance.oneIn(5)) settings = settings.with("frequency_penalty", Json.of(new java.math.BigDecimal("0.5")));
        if (chance.oneIn(5)) settings = settings.with("logprobs", Json.of(true)).with("top_logprobs", Json.of(3));
        if (chance.oneIn(5)) settings = settings.with("metadata", Json.object("trace", "7"));
        if (chance.oneIn(5)) settings = settings.with("service_tier", Json.of("flex"));
        if (chance.oneIn(5)) settings = settings.with("prompt_cache_key", Json.of("k"));
        if (chance.oneIn(5)) {
            settings = settings.with("modalities", Json.array("text", "audio"))
                    .with(
                            "audio",
                            Json.object()
                                    .put("voice", "alloy")
                                    .put("format", "wav")
                                    .build());
        }
        return settings;
    }
}
