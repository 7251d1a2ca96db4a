package dev.tenon.testing;

import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.Usage;
import java.util.List;

/** How many tokens a scripted model says it used where a script does not say. */
final class Tokens {
    /** OpenAI's rule of thumb for English ("What are tokens and how to count them?", help centre). */
    private static final int CHARACTERS = 4;

    private Tokens() {}

    static Usage estimate(ChatRequest asked, Reply reply) {
        long output = 0;
        for (Reply.Part part : reply.parts()) {
            output += characters(List.of(part.content()));
        }
        return Usage.of(of(asked), tokens(output));
    }

    /** Of a request. */
    static long of(ChatRequest asked) {
        long input = 0;
        for (Message message : asked.messages()) {
            input += characters(message.content());
        }
        return tokens(input);
    }

    /** Of a text. */
    static long of(String text) {
        return tokens(text.length());
    }

    private static long tokens(long characters) {
        return (characters + CHARACTERS - 1) / CHARACTERS;
    }

    private static long characters(List<? extends Content> parts) {
        long sum = 0;
        for (Content part : parts) {
            sum += switch (part) {
                case Content.Text text -> text.text().length();
                case Content.Thinking thinking -> thinking.text().length();
                case Content.ToolCall call ->
                    call.name().length() + call.arguments().length();
                case Content.ToolResult result -> characters(result.content());
                case Content.Media media -> 0;
                case Content.Opaque opaque -> 0;
            };
        }
        return sum;
    }
}
