package dev.tenon.testing;

import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.ChatRequest;
import dev.tenon.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a scripted model was asked, in memory or over HTTP. Immutable. */
public final class ModelRequest {
    private final String model;
    private final ChatRequest chat;
    private final boolean streamed;
    private final @Nullable WireRequest wire;

    private ModelRequest(String model, ChatRequest chat, boolean streamed, @Nullable WireRequest wire) {
        this.model = Objects.requireNonNull(model, "model");
        this.chat = Objects.requireNonNull(chat, "chat");
        this.streamed = streamed;
        this.wire = wire;
    }

    static ModelRequest inMemory(String model, ChatRequest chat, boolean streamed) {
        return new ModelRequest(model, chat, streamed, null);
    }

    static ModelRequest overHttp(String model, ChatRequest chat, boolean streamed, WireRequest wire) {
        return new ModelRequest(model, chat, streamed, wire);
    }

    /** The model that was asked; empty where the request names none. */
    public String model() {
        return model;
    }

    /** The request. Read from a wire format it holds what that format carries. */
    public ChatRequest chat() {
        return chat;
    }

    /** Whether the answer is to be streamed. */
    public boolean streamed() {
        return streamed;
    }

    /** The request as it came over HTTP; empty in memory. */
    public Optional<WireRequest> wire() {
        return Optional.ofNullable(wire);
    }

    /** The text of the last user message; empty where there is none. */
    public String lastUserText() {
        int at = lastUser();
        return at < 0 ? "" : chat.messages().get(at).text();
    }

    /** The tool results since the last user message, in order. */
    public List<Content.ToolResult> toolResults() {
        List<Content.ToolResult> results = new ArrayList<>();
        for (Message message :
                chat.messages().subList(lastUser() + 1, chat.messages().size())) {
            if (message instanceof ToolMessage tool) {
                results.addAll(tool.content());
            }
        }
        return results;
    }

    /** The text of this tool's latest result since the last user message; empty where there is none. */
    public Optional<String> toolResult(String tool) {
        return toolResults().stream()
                .filter(result -> result.name().equals(tool))
                .map(Content.ToolResult::text)
                .reduce((earlier, later) -> later);
    }

    /** Whether the model may call a tool of this name. */
    public boolean offers(String tool) {
        return chat.tools().stream().map(ToolSpec::name).anyMatch(tool::equals);
    }

    /** Whether the answer must be JSON of a schema. */
    public boolean wantsJson() {
        return !chat.format().isText();
    }

    private int lastUser() {
        List<Message> messages = chat.messages();
        int at = messages.size() - 1;
        while (at >= 0 && !(messages.get(at) instanceof UserMessage)) {
            at--;
        }
        return at;
    }

    /** For error messages: enough to recognise the request. */
    @Override
    public String toString() {
        String text = lastUserText();
        String said = text.length() <= 80 ? text : text.substring(0, 80) + "…";
        List<String> results =
                toolResults().stream().map(Content.ToolResult::name).toList();
        return "\"" + said + "\"" + (results.isEmpty() ? "" : " with results of " + String.join(", ", results));
    }
}
