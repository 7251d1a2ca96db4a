package dev.tenon.provider;

import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.tool.ToolSpec;
import java.util.List;
import java.util.Objects;

/**
 * How many tokens a model reads in a text, and so in a message, a tool, a request. Implementations must be thread-safe.
 *
 * <p>One method counts a text; the rest is built on it: marks around messages, calls and tools, schemas, media by their size. A provider that counts its own way says so by
 * overriding. {@link #ESTIMATE} needs nothing, {@link CalibratedTokens} learns from what a provider reports, and {@code OpenAiTokens} of tenon-providers has the vocabularies of OpenAI.
 */
@FunctionalInterface
public interface TokenCounter {
    /** What is most likely, by kinds of characters: no vocabulary is needed. */
    TokenCounter ESTIMATE = new TokenEstimate();

    /**
     * From above, for budgets: a token is taken for three bytes of UTF-8. English text and code have four and more to a token, most other scripts three; the vocabularies of 2023 and
     * later rarely do worse. For a request it adds what hosts say around it: 180 tokens, 200 where a schema is wanted, 700 where tools are offered.
     */
    TokenCounter CEILING = new TokenCeiling();

    /** Tokens of a text. */
    long tokens(String text);

    /**
     * Tokens of the marks around one message, call, result or tool. Three around a message and one for its role in OpenAI's format (OpenAI cookbook, "How to count tokens", 2024); others do not
     * tell.
     */
    default int marks() {
        return 4;
    }

    /** Tokens of a request: its messages, its tools and the schema of its answer. */
    default long tokens(ChatRequest request) {
        Objects.requireNonNull(request, "request");
        long tokens = marks();
        for (Message message : request.messages()) {
            tokens += tokens(message);
        }
        for (ToolSpec tool : request.tools()) {
            tokens += tokens(tool);
        }
        if (!request.format().isText()) {
            tokens += marks() + tokens(request.format().schema().toString());
        }
        return tokens;
    }

    /** Tokens of a message, wherever it stands. */
    default long tokens(Message message) {
        Objects.requireNonNull(message, "message");
        return marks() + tokens(message.content());
    }

    /** Tokens of a tool as it is offered. */
    default long tokens(ToolSpec tool) {
        Objects.requireNonNull(tool, "tool");
        return marks()
                + tokens(tool.name())
                + tokens(tool.told())
                + tokens(tool.parameters().toString());
    }

    /** Tokens of an image, a recording or a document, by its size: {@link MediaTokens} says how. */
    default long tokens(Content.Media media) {
        Objects.requireNonNull(media, "media");
        return MediaTokens.of(media, this);
    }

    /** Tokens of parts, without marks around them all. */
    default long tokens(List<? extends Content> parts) {
        Objects.requireNonNull(parts, "parts");
        long tokens = 0;
        for (Content part : parts) {
            tokens += switch (part) {
                case Content.Text text -> tokens(text.text());
                case Content.Thinking thinking -> tokens(thinking.text());
                case Content.ToolCall call -> marks() + tokens(call.name()) + tokens(call.arguments());
                case Content.ToolResult result -> marks() + tokens(result.content());
                case Content.Media media -> tokens(media);
                case Content.Opaque opaque -> tokens(opaque.data().toString());
            };
        }
        return tokens;
    }
}
