package dev.tenon.openai.responses;

/** What an event of a stream is about (API reference, "Streaming events", 2026). */
enum EventKind {
    /** More of an answer's text. */
    TEXT,
    /** More of the words in which the model declines. */
    REFUSAL,
    /** More of a summary of the thinking. */
    SUMMARY,
    /** More of the thinking itself, where the model shows it. */
    THINKING,
    /** More of the arguments of a call, or of the free text of one. */
    ARGUMENTS,
    /** One more source of a text. */
    ANNOTATION,
    /** An item of the output begins. */
    ITEM_BEGINS,
    /** An item of the output, whole. */
    ITEM_WHOLE,
    /** What other events say too: parts that begin, texts at their end. */
    REPEATED,
    /** The reply as a whole, while it is made. */
    REPLY,
    /** The reply as a whole, at its end. */
    END,
    /** Something went wrong. */
    ERROR,
    /** How far a tool of the host's own has come, and everything newer than this version: told to a watcher as it is. */
    PROGRESS,
    /** Signs of life. */
    NOTHING;

    static EventKind of(String type) {
        return switch (type) {
            case "response.output_text.delta" -> TEXT;
            case "response.refusal.delta" -> REFUSAL;
            case "response.reasoning_summary_text.delta" -> SUMMARY;
            case "response.reasoning_text.delta" -> THINKING;
            case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta" -> ARGUMENTS;
            case "response.output_text.annotation.added" -> ANNOTATION;
            case "response.output_item.added" -> ITEM_BEGINS;
            case "response.output_item.done" -> ITEM_WHOLE;
            case "response.content_part.added",
                    "response.content_part.done",
                    "response.output_text.done",
                    "response.refusal.done",
                    "response.reasoning_part.added",
                    "response.reasoning_part.done",
                    "response.reasoning_summary_part.added",
                    "response.reasoning_summary_part.done",
                    "response.reasoning_summary_text.done",
                    "response.reasoning_text.done",
                    "response.function_call_arguments.done",
                    "response.custom_tool_call_input.done" -> REPEATED;
            case "response.created", "response.queued", "response.in_progress" -> REPLY;
            case "response.completed", "response.incomplete", "response.failed", "response.cancelled" -> END;
            case "error" -> ERROR;
            default -> type.startsWith("response.") ? PROGRESS : NOTHING;
        };
    }
}
