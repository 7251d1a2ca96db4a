package dev.tenon.agent;

import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.output.Fix;
import dev.tenon.output.OutputException;
import dev.tenon.output.Parsed;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.FinishReason;
import dev.tenon.run.Effect;
import dev.tenon.run.Outcome;
import dev.tenon.run.Outcome.AnswerForm;
import dev.tenon.run.Outcome.PlannedCall;
import dev.tenon.schema.Violation;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolDecision;
import dev.tenon.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/** Reads a reply: what of it goes into history, what is to become of its tool calls, whether its answer fits. */
final class Reading {
    private static final String CUT_OFF =
            "this call was cut off by the limit of output tokens before its arguments were whole, and was not run;"
                    + " make it again, shorter";

    private final AgentSetup setup;
    private final Effect.Interpret asked;
    private final ChatResponse reply;
    private final List<Fix> fixes = new ArrayList<>(0);

    private Reading(AgentSetup setup, Effect.Interpret asked) {
        this.setup = setup;
        this.asked = asked;
        this.reply = asked.reply();
    }

    static Outcome.Interpreted of(AgentSetup setup, Effect.Interpret asked) {
        return new Reading(setup, asked).read();
    }

    private Outcome.Interpreted read() {
        List<Content.ToolCall> calls = reply.message().toolCalls();
        if (asked.form() == AnswerForm.TOOL && calls.size() == 1 && isAnswer(calls.get(0))) {
            return answer(calls.get(0).arguments(), asText(calls.get(0)));
        }
        if (calls.isEmpty()) {
            return asked.format().isText() ? text() : answer(reply.text(), reply.message());
        }
        return calls(calls);
    }

    private static boolean isAnswer(Content.ToolCall call) {
        return call.name().equals(AnswerForm.TOOL_NAME);
    }

    /** History holds the answer as what it is, not as a call without a result. */
    private AssistantMessage asText(Content.ToolCall answer) {
        List<Content.OfAssistant> parts = new ArrayList<>();
        for (Content.OfAssistant part : reply.message().content()) {
            parts.add(part instanceof Content.ToolCall ? Content.text(answer.arguments()) : part);
        }
        return reply.message().withContent(parts);
    }

    private Outcome.Interpreted text() {
        String said = reply.text();
        AssistantMessage message =
                said.isEmpty() && !reply.refusal().isEmpty() ? AssistantMessage.of(reply.refusal()) : reply.message();
        return new Outcome.Interpreted(message, List.of(), List.of(), List.of(), fixes);
    }

    private Outcome.Interpreted answer(String text, AssistantMessage message) {
        if (reply.finish().kind() == FinishReason.Kind.REFUSAL
                || (text.isBlank() && !reply.refusal().isEmpty())) {
            String words = reply.refusal().isEmpty() ? text : reply.refusal();
            throw new TenonException("model.refused", "the model declined to answer: " + words);
        }
        try {
            Parsed<Json> parsed = Answers.parser(asked.format(), asked.form()).parse(text);
            fixes.addAll(parsed.fixes());
            Json value = Answers.unwrapped(parsed.value(), asked.format(), asked.form());
            return new Outcome.Interpreted(message, List.of(), List.of(value), List.of(), fixes);
        } catch (OutputException e) {
            return misfit(
                    message, e.violations().stream().map(Violation::message).toList());
        }
    }

    private Outcome.Interpreted misfit(AssistantMessage message, List<String> violations) {
        return new Outcome.Interpreted(message, List.of(), List.of(), violations, fixes);
    }

    // Tool calls

    private Outcome.Interpreted calls(List<Content.ToolCall> calls) {
        List<Content.OfAssistant> parts =
                new ArrayList<>(reply.message().content().size());
        List<Json.Obj> arguments = new ArrayList<>(calls.size());
        List<Optional<String>> refusals = new ArrayList<>(calls.size());
        int seen = 0;
        boolean changed = false;
        for (Content.OfAssistant part : reply.message().content()) {
            if (!(part instanceof Content.ToolCall call)) {
                parts.add(part);
                continue;
            }
            seen++;
            boolean cut = reply.finish().kind() == FinishReason.Kind.LENGTH
                    && seen == calls.size()
                    && call.json().isEmpty();
            Read read = cut ? Read.refused(CUT_OFF) : arguments(call);
            arguments.add(read.arguments);
            refusals.add(read.refusal);
            boolean readable = call.json().isPresent();
            changed |= !readable;
            // In history arguments are always a JSON object; what could not be read as one is beside it, and never
            // sent.
            parts.add(readable ? call : call.replaced(read.arguments));
        }
        AssistantMessage message = changed ? reply.message().withContent(parts) : reply.message();
        return new Outcome.Interpreted(
                message, planned(message, calls, arguments, refusals), List.of(), List.of(), fixes);
    }

    /** The arguments of a call, or why it cannot run. */
    private record Read(Json.Obj arguments, Optional<String> refusal) {
        static Read refused(String why) {
            return new Read(Json.Obj.EMPTY, Optional.of(why));
        }
    }

    private Read arguments(Content.ToolCall call) {
        Optional<Tool> tool = setup.tools().find(call.name());
        if (tool.isEmpty()) {
            return Read.refused(unknown(call.name()));
        }
        try {
            Parsed<Json> parsed = setup.reader(call.name()).arguments(call.arguments());
            fixes.addAll(parsed.fixes());
            return new Read(parsed.value().asObj(), Optional.empty());
        } catch (OutputException e) {
            StringBuilder said = new StringBuilder("the arguments do not fit, and the call was not run:");
            for (Violation violation : e.violations()) {
                said.append('\n').append(violation.message());
                if (!violation.pointer().isEmpty()) {
                    said.append(" (at ").append(violation.pointer()).append(')');
                }
            }
            return Read.refused(said.append("\nMend them and call again.").toString());
        }
    }

    private String unknown(String name) {
        if (asked.form() == AnswerForm.TOOL && name.equals(AnswerForm.TOOL_NAME)) {
            return "give the final answer alone, when the other calls have their results";
        }
        List<String> near = setup.tools().near(name);
        String shown = name.length() > 100 ? name.substring(0, 100) + "…" : name;
        return "there is no tool \"" + shown + "\""
                + (!near.isEmpty()
                        ? "; did you mean " + String.join(" or ", near) + "?"
                        : setup.tools().names().isEmpty()
                                ? "; there are no tools"
                                : "; there are: "
                                        + String.join(", ", setup.tools().names()));
    }

    private List<PlannedCall> planned(
            AssistantMessage message,
            List<Content.ToolCall> calls,
            List<Json.Obj> arguments,
            List<Optional<String>> refusals) {
        List<Message> turn = new ArrayList<>(asked.turn());
        turn.add(message);
        List<PlannedCall> planned = new ArrayList<>(calls.size());
        for (int i = 0; i < calls.size(); i++) {
            Content.ToolCall call = calls.get(i);
            planned.add(refusals.get(i)
                    .map(why -> new PlannedCall(call.id(), call.name(), Json.Obj.EMPTY, new ToolDecision.Deny(why)))
                    .orElse(null));
            if (refusals.get(i).isEmpty()) {
                planned.set(i, decided(call, arguments.get(i), turn));
            }
        }
        return planned;
    }

    private PlannedCall decided(Content.ToolCall call, Json.Obj arguments, List<Message> turn) {
        ToolSpec spec = setup.tools().find(call.name()).orElseThrow().spec();
        ToolDecision decision;
        try {
            decision = setup.policy().decide(spec, arguments, turn);
            if (decision == null) {
                throw new IllegalStateException("it returned null");
            }
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(Reading.class).warn("the policy failed at a call of {}", call.name(), e);
            decision = new ToolDecision.Deny("this call may not run: whoever decides about it failed");
        }
        if (decision instanceof ToolDecision.Rewrite rewrite) {
            List<Violation> wrong = spec.parameters().validate(rewrite.arguments());
            return wrong.isEmpty()
                    ? new PlannedCall(call.id(), call.name(), rewrite.arguments(), ToolDecision.RUN)
                    : new PlannedCall(
                            call.id(),
                            call.name(),
                            arguments,
                            new ToolDecision.Deny(
                                    "this call may not run: its arguments were rewritten into what does not fit: "
                                            + wrong.get(0).message()));
        }
        return new PlannedCall(call.id(), call.name(), arguments, decision);
    }
}
