package dev.tenon.run;

import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.provider.ChatRequest;
import dev.tenon.tool.ToolSpec;
import java.util.List;

/**
 * How many tokens a request has, from above. A token is taken for three bytes of UTF-8: English text and code have four and more to a token, most other scripts three; the
 * vocabularies of 2023 and later rarely do worse. Marks around a message and a tool are taken for 8 tokens, a medium for 1,600 (the most that Anthropic's guide gives for
 * one image; a document or a recording may have more).
 */
public final class Estimate {
    private static final int MARKS = 8;
    private static final int MEDIUM = 1_600;

    private Estimate() {}

    /** Tokens of a request, its tools and the schema of its answer included. */
    public static long tokens(ChatRequest request) {
        long tokens = MARKS;
        for (Message message : request.messages()) {
            tokens += tokens(message);
        }
        for (ToolSpec tool : request.tools()) {
            tokens += MARKS
                    + text(tool.name())
                    + text(tool.description())
                    + text(tool.parameters().toString());
        }
        if (!request.format().isText()) {
            tokens += MARKS + text(request.format().schema().toString());
        }
        return tokens;
    }

    /** Tokens of a message, wherever it stands. */
    public static long tokens(Message message) {
        return MARKS + parts(message.content());
    }

    private static long parts(List<? extends Content> parts) {
        long tokens = 0;
        for (Content part : parts) {
            tokens += switch (part) {
                case Content.Text text -> text(text.text());
                case Content.Thinking thinking -> text(thinking.text());
                case Content.ToolCall call -> MARKS + text(call.name()) + text(call.arguments());
                case Content.ToolResult result -> MARKS + parts(result.content());
                case Content.Media media -> MEDIUM;
                case Content.Opaque opaque -> text(opaque.data().toString());
            };
        }
        return tokens;
    }

    static long text(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return (bytes + 2) / 3;
    }
}
