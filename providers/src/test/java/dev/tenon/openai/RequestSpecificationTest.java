package dev.tenon.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Origin;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelSettings;
import dev.tenon.schema.StrictProfile;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Gen;
import dev.tenon.wire.RequestSpecification;
import dev.tenon.wire.StrictForms;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is written to OpenAI is what its specification says. */
class RequestSpecificationTest extends RequestSpecification {
    private final Map<String, Set<String>> messages = Map.of(
            "system", members("ChatCompletionRequestSystemMessage"),
            "user", members("ChatCompletionRequestUserMessage"),
            "assistant", members("ChatCompletionRequestAssistantMessage"),
            "tool", members("ChatCompletionRequestToolMessage"));

    RequestSpecificationTest() {
        super(
                "openai/openapi.json",
                "CreateChatCompletionRequest",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}]}");
    }

    @Override
    protected String written(ChatRequest request, Call call) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new RequestWriter(Dialect.OPENAI, new StrictForms(StrictProfile.OPENAI), "gpt-5", request, call).write(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Override
    protected void check(Json.Obj request) {
        for (Json message : request.get("messages").orElseThrow().asArr()) {
            String role = message.asObj().string("role").orElseThrow();
            assertThat(messages.get(role)).containsAll(message.asObj().members().keySet());
        }
    }

    @Override
    protected Content.OfUser userPart(Chance chance) {
        return switch (chance.below(9)) {
            case 0 -> Content.Media.of(new Content.Media.Inline(PNG), "image/png");
            case 1 -> Content.Media.of(new Content.Media.At("https://example.org/a.png"), "image/png");
            case 2 ->
                Content.Media.of(new Content.Media.Inline("UklGRg=="), chance.pick(List.of("audio/wav", "audio/mpeg")));
            case 3 ->
                Content.Media.of(new Content.Media.Inline(PDF), "application/pdf")
                        .withName("a.pdf");
            case 4 -> Content.Media.of(new Content.Media.Stored("file-1"), "application/pdf");
            case 5 -> Content.Media.of("é".getBytes(StandardCharsets.UTF_8), "text/plain");
            case 6 -> foreign();
            default -> Content.text(Gen.text().next(chance));
        };
    }

    @Override
    protected AssistantMessage assistant(Chance chance) {
        List<Content.OfAssistant> parts = new ArrayList<>();
        if (chance.oneIn(3)) parts.add(Content.Thinking.of("Hm"));
        parts.addAll(foreign(chance));
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

    @Override
    protected ModelSettings settings(Chance chance) {
        ModelSettings settings = common(chance, 2);
        if (chance.oneIn(6)) settings = settings.withEffort("minimal");
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
