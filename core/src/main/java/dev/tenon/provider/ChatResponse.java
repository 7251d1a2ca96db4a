package dev.tenon.provider;

import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a model answered, whole. Immutable.
 *
 * @param id the provider's id of the reply; empty where it gave none
 * @param model the model that answered, as the provider names it; empty where it does not
 * @param alternatives further choices, where more than one was asked for
 * @param refusal the words in which the model declined; empty where it did not
 */
public record ChatResponse(
        String id,
        String model,
        AssistantMessage message,
        List<AssistantMessage> alternatives,
        FinishReason finish,
        Usage usage,
        String refusal,
        Map<String, Json> extra) {
    public ChatResponse {
        id = id == null ? "" : id;
        model = model == null ? "" : model;
        Objects.requireNonNull(message, "message");
        alternatives = alternatives == null ? List.of() : List.copyOf(alternatives);
        finish = finish == null ? FinishReason.NONE : finish;
        usage = usage == null ? Usage.UNREPORTED : usage;
        refusal = refusal == null ? "" : refusal;
        extra = extra == null || extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
    }

    /** A reply of this message. */
    public static ChatResponse of(AssistantMessage message, FinishReason finish, Usage usage) {
        Objects.requireNonNull(finish, "finish");
        Objects.requireNonNull(usage, "usage");
        return new ChatResponse("", "", message, List.of(), finish, usage, "", Map.of());
    }

    /** The answer's text, all parts joined with nothing between. */
    public String text() {
        return message.text();
    }
}
