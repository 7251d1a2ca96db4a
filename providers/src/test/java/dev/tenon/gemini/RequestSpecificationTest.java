package dev.tenon.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.checks.Fixtures;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Origin;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelSettings;
import dev.tenon.schema.JsonSchema;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Gen;
import dev.tenon.testing.Property;
import dev.tenon.tool.ToolSpec;
import dev.tenon.wire.Conversations;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is written to Gemini is what its protos say, for conversations with every kind of content, tool choice and setting. */
class RequestSpecificationTest extends Conversations {
    /** The model stands in the address; the level of thinking is newer than the protos, and stands in recorded requests. */
    private static final Set<String> KNOWN = Set.of(
            "$.model: required",
            "$.generationConfig.thinkingConfig.thinkingLevel: ThinkingConfig has no such field",
            "$.generateContentRequest.generationConfig.thinkingConfig.thinkingLevel: ThinkingConfig has no such field");

    private static final List<String> MODELS = List.of(
            "models/gemini-2.0-flash", "models/gemini-2.5-pro", "models/gemini-3-pro-preview", "tunedModels/mine");

    private record Case(String model, ChatRequest request) {}

    @Test
    void requestsFitTheSpecification() throws IOException {
        Protos protos = Protos.of(Fixtures.spec("gemini/v1beta"));

        assertThat(protos.problems(
                        "GenerateContentRequest",
                        Json.parse(
                                "{\"contents\":[{\"parts\":[{\"text\":1,\"inlineData\":{\"data\":\"?\"}}],\"rolle\":\"user\"}],"
                                    + "\"toolConfig\":{\"functionCallingConfig\":{\"mode\":\"SOME\"}},\"tools\":{}}"),
                        KNOWN))
                .containsExactlyInAnyOrder(
                        "$.contents[0].parts[0].text: expected string, got 1",
                        "$.contents[0].parts[0].inlineData: a second of the oneof data",
                        "$.contents[0].parts[0].inlineData.data: expected bytes, got \"?\"",
                        "$.contents[0].rolle: Content has no such field",
                        "$.toolConfig.functionCallingConfig.mode: expected Mode, got \"SOME\"",
                        "$.tools: expected several Tool, got object");

        Property.forAll(500, chance -> new Case(chance.pick(MODELS), conversation(chance)), test -> {
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            new GenerateRequest(Platform.GEMINI_API, test.model, test.request, Call.unwatched()).write(whole);
            String text = whole.toString(StandardCharsets.UTF_8);
            assertThat(protos.problems("GenerateContentRequest", Json.parse(text), KNOWN))
                    .as(text)
                    .isEmpty();
            ByteArrayOutputStream counted = new ByteArrayOutputStream();
            new GenerateRequest(Platform.GEMINI_API, test.model, test.request, Call.unwatched()).writeToCount(counted);
            assertThat(protos.problems(
                            "CountTokensRequest", Json.parse(counted.toString(StandardCharsets.UTF_8)), KNOWN))
                    .isEmpty();
        });
    }

    @Test
    void theLevelOfThinkingStandsInRecordedRequests() throws IOException {
        try (Stream<String> lines = Files.lines(Fixtures.path("providers/INDEX.jsonl"))) {
            assertThat(lines.filter(line -> line.contains("\"api\": \"gemini\""))
                            .filter(line -> line.contains("\"thinkingLevel\"")))
                    .isNotEmpty();
        }
    }

    @Override
    protected Content.OfUser userPart(Chance chance) {
        return switch (chance.below(9)) {
            case 0 -> Content.Media.of(new Content.Media.Inline(PNG), "image/png");
            case 1 -> Content.Media.of(new Content.Media.At("https://example.org/a.png"), "image/png");
            case 2 -> Content.Media.of(new Content.Media.Inline("UklGRg=="), "audio/wav");
            case 3 ->
                Content.Media.of(new Content.Media.Inline(PDF), "application/pdf")
                        .withName("a.pdf");
            case 4 -> Content.Media.of(new Content.Media.Stored("files/1"), "application/pdf");
            case 5 -> Content.Media.of("é".getBytes(StandardCharsets.UTF_8), "text/plain");
            case 6 -> foreign();
            case 7 -> film();
            default -> Content.text(Gen.text().next(chance));
        };
    }

    private static Content.Media film() {
        Json metadata = Json.parse("{\"videoMetadata\":{\"startOffset\":\"1.5s\",\"fps\":0.5}}");
        return new Content.Media(
                Content.Media.Kind.VIDEO,
                "video/mp4",
                new Content.Media.At("gs://bucket/film.mp4"),
                "",
                new Origin(Gemini.WIRE, metadata),
                Map.of());
    }

    private static Origin signed(Chance chance) {
        return chance.oneIn(2) ? Origin.NONE : new Origin(Gemini.WIRE, Json.object("thoughtSignature", "c2lnbmF0dXJl"));
    }

    @Override
    protected AssistantMessage assistant(Chance chance) {
        List<Content.OfAssistant> parts = new ArrayList<>();
        if (chance.oneIn(3)) parts.add(new Content.Thinking("Hm", false, signed(chance), Map.of()));
        parts.addAll(foreign(chance));
        if (chance.oneIn(4)) {
            parts.add(
                    Content.Opaque.of(
                            Gemini.WIRE,
                            "executableCode",
                            Json.parse(
                                    "{\"executableCode\":{\"language\":\"PYTHON\",\"code\":\"1\"},\"thoughtSignature\":\"YQ==\"}")));
            parts.add(Content.Opaque.of(
                    Gemini.WIRE,
                    "codeExecutionResult",
                    Json.parse("{\"codeExecutionResult\":{\"outcome\":\"OUTCOME_OK\",\"output\":\"1\"}}")));
            parts.add(Content.Opaque.of(Gemini.WIRE, "grounding", Json.parse("{\"webSearchQueries\":[\"q\"]}")));
        }
        if (chance.oneIn(4)) parts.add(Content.Media.of(new Content.Media.Inline(PNG), "image/png"));
        if (!chance.oneIn(5)) {
            String text = chance.oneIn(4) ? "" : Gen.text().next(chance);
            parts.add(new Content.Text(text, List.of(), signed(chance), Map.of()));
        }
        return AssistantMessage.of(parts);
    }

    @Override
    protected Content.ToolCall call(Chance chance, String id, String tool) {
        return new Content.ToolCall(id, tool, arguments(chance), "", signed(chance), Map.of());
    }

    /** Besides those of all: a schema that only descriptions can hold. */
    @Override
    protected List<ToolSpec> tools() {
        List<ToolSpec> tools = new ArrayList<>(super.tools());
        tools.add(ToolSpec.of("town", "A town", JsonSchema.parse("""
            {"type": "object", "properties": {"city": {"type": "string", "pattern": "^A"}}}\
            """)));
        return tools;
    }

    @Override
    protected ModelSettings settings(Chance chance) {
        ModelSettings settings = common(chance, 2);
        if (chance.oneIn(6)) settings = settings.withEffort("minimal");
        if (chance.oneIn(5))
            settings = settings.with("candidateCount", Json.of(2)).with("topK", Json.of(40));
        if (chance.oneIn(5)) settings = settings.with("presencePenalty", Json.of(new BigDecimal("0.5")));
        if (chance.oneIn(5))
            settings = settings.with("responseLogprobs", Json.of(true)).with("logprobs", Json.of(3));
        if (chance.oneIn(5)) settings = settings.with("responseModalities", Json.array("TEXT", "IMAGE"));
        if (chance.oneIn(5)) settings = settings.with("mediaResolution", Json.of("MEDIA_RESOLUTION_LOW"));
        if (chance.oneIn(5)) settings = settings.with("thinkingConfig", Json.object("includeThoughts", true));
        if (chance.oneIn(5)) settings = settings.with("imageConfig", Json.object("aspectRatio", "1:1"));
        if (chance.oneIn(5)) settings = settings.with(Gemini.CACHED_CONTENT, Json.of("cachedContents/a"));
        if (chance.oneIn(5)) {
            settings = settings.with(
                    "speechConfig", Json.parse("{\"voiceConfig\":{\"prebuiltVoiceConfig\":{\"voiceName\":\"Kore\"}}}"));
        }
        if (chance.oneIn(5)) {
            settings = settings.with(
                    Gemini.SAFETY_SETTINGS,
                    Json.parse("[{\"category\":\"HARM_CATEGORY_HATE_SPEECH\",\"threshold\":\"BLOCK_NONE\"}]"));
        }
        if (chance.oneIn(5)) {
            settings = settings.with(
                    Gemini.HOST_TOOLS,
                    Json.parse("[{\"googleSearch\":{}},{\"codeExecution\":{}},{\"urlContext\":{}}]"));
        }
        if (chance.oneIn(5)) {
            settings = settings.with(
                    "toolConfig",
                    Json.parse("{\"retrievalConfig\":{\"languageCode\":\"en\",\"latLng\":{\"latitude\":1}}}"));
        }
        return settings;
    }
}
