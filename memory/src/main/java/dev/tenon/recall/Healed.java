package dev.tenon.recall;

import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * A turn in which every call has its result, whatever was written. Immutable.
 *
 * @param flaws what was missing or too much, in words; empty where the messages are as they were written
 */
record Healed(List<Message> messages, List<String> flaws) {
    static final String UNANSWERED =
            "No result of this call is on record: it was not finished, or what it returned was lost.";

    static Healed of(String run, List<Message> written) {
        List<Message> messages = new ArrayList<>(written.size());
        List<String> flaws = new ArrayList<>(0);
        int at = 0;
        while (at < written.size()) {
            Message message = written.get(at++);
            if (message instanceof ToolMessage orphan) {
                for (Content.ToolResult result : orphan.content()) {
                    flaws.add("run " + run + ": a result of \"" + result.name() + "\" had no call and is not shown");
                }
                continue;
            }
            messages.add(message);
            List<Content.ToolCall> calls = message instanceof AssistantMessage said ? said.toolCalls() : List.of();
            if (calls.isEmpty()) {
                continue;
            }
            List<Message> answers = new ArrayList<>(1);
            List<Content.ToolResult> results = new ArrayList<>(calls.size());
            while (at < written.size() && written.get(at) instanceof ToolMessage tools) {
                answers.add(tools);
                results.addAll(tools.content());
                at++;
            }
            if (pairs(calls, results)) {
                messages.addAll(answers);
            } else {
                messages.add(ToolMessage.of(paired(run, calls, results, flaws)));
            }
        }
        return flaws.isEmpty() ? new Healed(written, List.of()) : new Healed(messages, flaws);
    }

    /** Ids may be empty or repeat: then the order tells. */
    private static boolean pairs(List<Content.ToolCall> calls, List<Content.ToolResult> results) {
        if (calls.size() != results.size()) {
            return false;
        }
        for (int i = 0; i < calls.size(); i++) {
            if (!calls.get(i).id().equals(results.get(i).callId())) {
                return false;
            }
        }
        return true;
    }

    private static List<Content.ToolResult> paired(
            String run, List<Content.ToolCall> calls, List<Content.ToolResult> results, List<String> flaws) {
        List<Content.ToolResult> left = new ArrayList<>(results);
        List<Content.ToolResult> paired = new ArrayList<>(calls.size());
        int moved = 0;
        for (Content.ToolCall call : calls) {
            int found = find(call, left);
            if (found < 0) {
                flaws.add("run " + run + ": the call of \"" + call.name() + "\" had no result; the model is told so");
                paired.add(Content.ToolResult.error(call.id(), call.name(), UNANSWERED));
            } else {
                moved += found;
                paired.add(left.remove(found));
            }
        }
        if (moved > 0) {
            flaws.add("run " + run + ": results stood in another order than their calls");
        }
        for (Content.ToolResult result : left) {
            flaws.add("run " + run + ": a result of \"" + result.name() + "\" had no call and is not shown");
        }
        return paired;
    }

    private static int find(Content.ToolCall call, List<Content.ToolResult> left) {
        for (int i = 0; i < left.size(); i++) {
            if (left.get(i).callId().equals(call.id())) {
                return i;
            }
        }
        return -1;
    }
}
