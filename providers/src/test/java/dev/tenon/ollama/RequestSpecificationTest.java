package dev.tenon.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelSettings;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Gen;
import dev.tenon.wire.RequestSpecification;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is written to Ollama is what its specification says. */
class RequestSpecificationTest extends RequestSpecification {
    /** In {@code docs/api.md} of Ollama, but not in its document. */
    private static final Set<String> UNDOCUMENTED = Set.of("thinking", "tool_name", "tool_call_id");

    private final Set<String> message = new TreeSet<>(members("ChatMessage"));

    RequestSpecificationTest() {
        super("ollama/openapi.yaml", "ChatRequest", "{\"messages\":[{\"role\":\"nobody\"}]}");
        message.addAll(UNDOCUMENTED);
    }

    private static String text(dev.tenon.http.HttpBody body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            body.writeTo(out);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Override
    protected String written(ChatRequest request, Call call) {
        return text(new ChatBody(ModelInfo.of("ollama", "m"), request, call));
    }

    @Override
    protected void check(Json.Obj request) {
        for (Json one : request.get("messages").orElse(Json.Arr.EMPTY).asArr()) {
            assertThat(message).containsAll(one.asObj().members().keySet());
        }
    }

    @Test
    void textsThatAreGoneOnWithFitTheSpecification() {
        assertFit("GenerateRequest", (request, call) -> {
            List<Message> messages = new ArrayList<>();
            messages.add(Message.system("Be brief."));
            for (Message one : request.messages()) {
                if (messages.size() == 1 && one instanceof dev.tenon.message.UserMessage) messages.add(one);
            }
            ChatRequest one =
                    ChatRequest.of(messages).withFormat(request.format()).withSettings(request.settings());
            return text(new GenerateBody(ModelInfo.of("ollama", "m"), one, call));
        });
    }

    @Override
    protected Content.OfUser userPart(Chance chance) {
        return switch (chance.below(4)) {
            case 0 -> Content.Media.of(new Content.Media.Inline(PNG), "image/png");
            case 1 -> Content.Media.of("é".getBytes(StandardCharsets.UTF_8), "text/plain");
            case 2 -> foreign();
            default -> Content.text(Gen.text().next(chance));
        };
    }

    @Override
    protected AssistantMessage assistant(Chance chance) {
        List<Content.OfAssistant> parts = new ArrayList<>();
        if (chance.oneIn(3)) parts.add(Content.Thinking.of("Hm"));
        parts.addAll(foreign(chance));
        if (chance.oneIn(4)) parts.add(Content.Media.of(new Content.Media.Inline(PNG), "image/png"));
        if (!chance.oneIn(5)) parts.add(Content.text(Gen.text().next(chance)));
        return new AssistantMessage(parts, Origin.NONE, Map.of());
    }

    @Override
    protected ModelSettings settings(Chance chance) {
        ModelSettings settings = common(chance, 2);
        if (chance.oneIn(5)) settings = settings.with(Ollama.KEEP_ALIVE, Json.of("10m"));
        if (chance.oneIn(5)) settings = settings.with("think", Json.of(true));
        if (chance.oneIn(5)) settings = settings.with("num_ctx", Json.of(8192)).with("top_k", Json.of(40));
        if (chance.oneIn(5)) settings = settings.with("logprobs", Json.of(true)).with("top_logprobs", Json.of(3));
        if (chance.oneIn(5)) settings = settings.with("options", Json.object("mirostat", 1));
        return settings;
    }
}
