package dev.tenon.provider;

import dev.tenon.error.Recovery;
import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** How one answer is chosen from those of several models. Implementations must be thread-safe. */
@FunctionalInterface
public interface Consensus {
    /**
     * Chooses.
     *
     * @param answers at least one, in the order in which the models were named
     * @param call the call they belong to; notices may be given to it, deltas may not
     * @return the index of the chosen answer
     * @throws TenonException where none can be chosen; of code {@link #NONE} where that is because they differ
     */
    int choose(ChatRequest request, List<ChatResponse> answers, Call call);

    /** The code of the failure when no answer can be chosen because they differ. */
    String NONE = "provider.no_consensus";

    /**
     * What more than half of the answers say, see {@link #same(ChatRequest, ChatResponse)}. Where there is no such answer the call fails with the code {@link #NONE}.
     */
    static Consensus majority() {
        return (request, answers, call) -> {
            Map<String, Integer> counts = new LinkedHashMap<>();
            for (int i = 0; i < answers.size(); i++) {
                if (counts.merge(same(request, answers.get(i)), 1, Integer::sum) > answers.size() / 2) {
                    String chosen = same(request, answers.get(i));
                    int first = 0;
                    while (!same(request, answers.get(first)).equals(chosen)) first++;
                    return first;
                }
            }
            throw new TenonException(
                    NONE,
                    "no answer was given by more than half of " + answers.size() + " models: there were "
                            + counts.size() + " different ones, the most frequent from "
                            + counts.values().stream().mapToInt(it -> it).max().orElse(0)
                            + "; ask an odd number of models, or let a judge decide",
                    Recovery.FAIL_OVER,
                    Map.of(),
                    null);
        };
    }

    /** What another model holds to be best. It sees the conversation and the answers, and not who gave them; it is not asked where all say the same. */
    static Consensus judge(Provider judge) {
        return new Judge(judge);
    }

    /** This choice, and where it finds none because the answers differ, the other. */
    default Consensus orElse(Consensus other) {
        Objects.requireNonNull(other, "other");
        return (request, answers, call) -> {
            try {
                return choose(request, answers, call);
            } catch (TenonException e) {
                if (!e.code().equals(NONE)) throw e;
                return other.choose(request, answers, call);
            }
        };
    }

    /**
     * Equal for answers that say the same: for tool calls, whose names and arguments are equal, whatever text stands beside them; for JSON, that is equal as JSON
     * where the request wanted it; for text, that differs at most in white space.
     */
    static String same(ChatRequest request, ChatResponse answer) {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(answer, "answer");
        AssistantMessage message = answer.message();
        if (!message.toolCalls().isEmpty()) {
            Json.ObjBuilder calls = Json.object();
            int at = 0;
            for (Content.ToolCall call : message.toolCalls()) {
                Json arguments = call.json().<Json>map(it -> it).orElse(Json.of(call.arguments()));
                calls.put(Integer.toString(at++), Json.array(call.name(), arguments));
            }
            return "calls " + calls.build().canonical();
        }
        if (!request.format().isText()) {
            try {
                return "json " + Json.parse(answer.text().strip()).canonical();
            } catch (JsonException e) {
                // What is no JSON is compared as text.
            }
        }
        return "text " + answer.text().strip().replaceAll("\\s+", " ");
    }
}
