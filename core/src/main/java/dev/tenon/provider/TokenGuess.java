package dev.tenon.provider;

import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.tool.ToolSpec;

/** How many tokens a request will use, before anybody has counted them: by the length of its texts, and by what earlier ones used. Thread-safe. */
final class TokenGuess {
    /** About four letters of English are a token (OpenAI's and Google's help pages, 2026); it corrects itself for other scripts. */
    private static final double TOKENS_PER_CHAR = 0.25;

    /** Of an image, whatever its bytes: 1,600 tokens is what Anthropic names for one of about a megapixel (docs, 2026). */
    private static final long MEDIA_CHARS = 6_400;

    /** How much the newest reply counts beside what was known. */
    private static final double NEWEST = 0.2;

    /** No reply has more tokens; sums stay sums. */
    private static final long HUGE = 1L << 40;

    private double perChar = TOKENS_PER_CHAR;
    private double output;

    /** Tokens of the request and its reply: of the reply as many as it may have, where that is set. */
    long of(ChatRequest request) {
        long chars = chars(request);
        long most = request.settings().maxOutputTokens().orElse(-1);
        synchronized (this) {
            return (long) Math.ceil(chars * perChar) + (most < 0 ? (long) Math.ceil(output) : Math.min(most, HUGE));
        }
    }

    /** What such a request used. */
    void learn(ChatRequest request, Usage usage) {
        long chars = chars(request);
        synchronized (this) {
            if (chars > 0) {
                perChar += NEWEST * ((double) usage.input() / chars - perChar);
            }
            output += NEWEST * (usage.output() - output);
        }
    }

    private static long chars(ChatRequest request) {
        long chars = 0;
        for (Message message : request.messages()) {
            for (Content part : message.content()) {
                chars += chars(part);
            }
        }
        for (ToolSpec tool : request.tools()) {
            chars += tool.name().length() + tool.description().length();
        }
        return chars;
    }

    private static long chars(Content part) {
        return switch (part) {
            case Content.Text text -> text.text().length();
            case Content.Thinking thinking -> thinking.text().length();
            case Content.ToolCall call ->
                call.name().length() + call.arguments().length();
            case Content.ToolResult result -> {
                long chars = 0;
                for (Content inner : result.content()) {
                    chars += chars(inner);
                }
                yield chars;
            }
            case Content.Media media -> MEDIA_CHARS;
            case Content.Opaque opaque -> 0;
        };
    }
}
