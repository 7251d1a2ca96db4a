package dev.tenon.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Origin;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelSettings;
import dev.tenon.schema.StrictProfile;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Gen;
import dev.tenon.testing.Property;
import dev.tenon.wire.Conversations;
import dev.tenon.wire.StrictForms;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is written to Bedrock is what its Smithy model says: for generated conversations with every kind of content, tool choice and setting. */
class RequestSpecificationTest extends Conversations {
    private static final ModelInfo MODEL = ModelInfo.of("bedrock", "m").withAbilities(ModelInfo.Ability.JSON_SCHEMA);

    private final Smithy model = new Smithy("bedrock/bedrock-runtime-2023-09-30.json", "com.amazonaws.bedrockruntime");

    private static Json written(ChatRequest request) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ConverseBody(MODEL, new StrictForms(StrictProfile.ANTHROPIC), request, Call.unwatched()).writeTo(out);
        return Json.parse(out.toByteArray());
    }

    private List<String> wrong(Json.Obj request) {
        // The schema of an answer came after this model.
        return model.wrong("ConverseRequest", request.without("outputConfig"), "modelId");
    }

    @Test
    void theModelRefusesWhatIsWrong() {
        assertThat(wrong(Json.parse(
                                "{\"messages\":[{\"role\":\"nobody\",\"content\":[{\"text\":1,\"json\":{}}]}],\"x\":1,"
                                    + "\"toolConfig\":{},\"inferenceConfig\":{\"temperature\":2,\"maxTokens\":0.5}}")
                        .asObj()))
                .hasSize(9);
    }

    @Test
    void requestsFitTheModel() {
        Property.forAll(300, this::conversation, request -> {
            Json.Obj written = written(request).asObj();
            assertThat(wrong(written)).as(written.toString()).isEmpty();
            String before = "";
            for (Json message : written.get("messages").orElseThrow().asArr()) {
                String role = message.asObj().string("role").orElseThrow();
                assertThat(role).isNotEqualTo(before);
                assertThat(message.at("/content/0")).isPresent();
                before = role;
            }
        });
    }

    @Override
    protected Content.OfUser userPart(Chance chance) {
        return switch (chance.below(7)) {
            case 0 -> Content.Media.of(new Content.Media.Inline(PNG), "image/png");
            case 1 ->
                Content.Media.of(new Content.Media.Inline(PDF), "application/pdf")
                        .withName(chance.pick(List.of("", "a  b_c.pdf", "x.pdf")));
            case 2 -> Content.Media.of(new Content.Media.At("s3://bucket/a.mp4"), "video/mp4");
            case 3 -> Content.Media.of("é".getBytes(java.nio.charset.StandardCharsets.UTF_8), "text/plain");
            case 4 -> foreign();
            default -> Content.text(Gen.text().next(chance));
        };
    }

    @Override
    protected AssistantMessage assistant(Chance chance) {
        List<Content.OfAssistant> parts = new ArrayList<>();
        if (chance.oneIn(3)) {
            Json back = chance.oneIn(2)
                    ? Json.object("signature", "c2ln")
                    : chance.oneIn(2) ? Json.object("redactedContent", "AAAA") : Json.NULL;
            parts.add(new Content.Thinking("Hm", false, new Origin(Bedrock.WIRE, back), Map.of()));
        }
        parts.addAll(foreign(chance));
        if (chance.oneIn(4)) parts.add(Content.Media.of(new Content.Media.Inline(PNG), "image/png"));
        if (!chance.oneIn(5)) parts.add(Content.text(Gen.text().next(chance)));
        return new AssistantMessage(parts, Origin.NONE, Map.of());
    }

    @Override
    protected ModelSettings settings(Chance chance) {
        ModelSettings settings = common(chance, 1);
        if (chance.oneIn(5)) settings = settings.with("top_k", Json.of(40));
        if (chance.oneIn(5)) {
            settings = settings.with(
                    "guardrailConfig",
                    Json.object()
                            .put("guardrailIdentifier", "abc")
                            .put("guardrailVersion", "1")
                            .build());
        }
        if (chance.oneIn(5)) settings = settings.with("requestMetadata", Json.object("trace", "7"));
        if (chance.oneIn(5)) settings = settings.with("performanceConfig", Json.object("latency", "optimized"));
        return settings;
    }
}
