package dev.tenon.openai;

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

/** What is written to Mistral is what its specification says. */
class MistralSpecificationTest extends RequestSpecification {
    MistralSpecificationTest() {
        super(
                "mistral/openapi.yaml",
                "ChatCompletionRequest",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"nobody\",\"content\":1}],\"random_seed\":\"x\"}");
    }

    @Override
    protected String written(ChatRequest request, Call call) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new RequestWriter(Dialect.MISTRAL, new StrictForms(StrictProfile.OPENAI), "m", request, call).write(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Override
    protected boolean alternativesOverlap() {
        return true;
    }

    @Override
    protected Content.OfUser userPart(Chance chance) {
        return switch (chance.below(6)) {
            case 0 -> Content.Media.of(new Content.Media.Inline(PNG), "image/png");
            case 1 -> Content.Media.of(new Content.Media.At("https://example.org/a.png"), "image/png");
            case 2 -> Content.Media.of(new Content.Media.At("https://example.org/a.pdf"), "application/pdf");
            case 3 -> foreign();
            default -> Content.text(Gen.text().next(chance));
        };
    }

    @Override
    protected AssistantMessage assistant(Chance chance) {
        List<Content.OfAssistant> parts = new ArrayList<>();
        if (chance.oneIn(3)) parts.add(Content.Thinking.of("Hm"));
        parts.addAll(foreign(chance));
        if (!chance.oneIn(5)) parts.add(Content.text(Gen.text().next(chance)));
        return new AssistantMessage(parts, Origin.NONE, Map.of());
    }

    @Override
    protected ModelSettings settings(Chance chance) {
        Map<String, Json> common =
                new java.util.LinkedHashMap<>(common(chance, 1.5).extra());
        // Its words are none and high.
        common.remove(ModelSettings.EFFORT);
        common.computeIfPresent(ModelSettings.SEED, (name, seed) -> Json.of(7));
        ModelSettings settings = new ModelSettings(common);
        if (chance.oneIn(5)) settings = settings.with("safe_prompt", Json.of(true));
        if (chance.oneIn(5)) settings = settings.withEffort("high");
        return settings;
    }
}
