package dev.tenon.agent;

import dev.tenon.error.TenonException;
import dev.tenon.event.RunEvent;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.output.Fix;
import dev.tenon.output.OutputException;
import dev.tenon.output.Parsed;
import dev.tenon.output.RecoveryParser;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.Notice;
import dev.tenon.run.Effect;
import dev.tenon.run.Limits;
import dev.tenon.run.Outcome;
import dev.tenon.run.Outcome.AnswerForm;
import dev.tenon.run.Outcome.Handed;
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

    /** How many names of tools are listed to a model that called one which is not there. */
    private static final int NAMES = 40;

    private final AgentSetup setup;
    private final RunTools tools;
    private final Call call;
    private final Effect.Interpret asked;
    private final ChatResponse reply;
    private final List<Fix> fixes = new ArrayList<>(0);

    private Reading(AgentSetup setup, RunTools tools, Effect.Interpret asked, Call call) {
        this.setup = setup;
        this.tools = tools;
        this.call = call;
        this.asked = asked;
        this.reply = asked.reply();
    }

    /** Reads a reply. {@code call} is where it tells what it notices. */
    static Outcome of(AgentSetup setup, RunTools tools, Effect.Interpret asked, Call call) {
        return new Reading(setup, tools, asked, call).read();
    }

    private Outcome read() {
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

    private Outcome calls(List<Content.ToolCall> calls) {
        List<Content.OfAssistant> parts =
                new ArrayList<>(reply.message().content().size());
        List<Read> all = new ArrayList<>(calls.size());
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
            all.add(read);
            boolean readable = !call.holdsFreeText() && call.json().isPresent();
            changed |= !readable;
            // In history arguments are always a JSON object; what could not be read as one is beside it, and never
            // sent.
            parts.add(readable ? call : call.replaced(read.arguments));
        }
        AssistantMessage message = changed ? reply.message().withContent(parts) : reply.message();
        Repetitions repetitions = Repetitions.in(asked.turn(), setup.repeated());
        List<PlannedCall> planned = new ArrayList<>(calls.size());
        List<Message> turn = new ArrayList<>(asked.turn());
        turn.add(message);
        for (int i = 0; i < calls.size(); i++) {
            Content.ToolCall one = calls.get(i);
            PlannedCall plan = decided(one, all.get(i), turn);
            Repetitions.Seen again = repetitions.of(one);
            if (again.times() > 0) {
                tell(i, one, again);
                if (again.ends()) {
                    return new Outcome.Limited(new Limits.Reached(
                            Limits.Kind.SAME_CALLS,
                            Integer.toString(again.times() + again.refusals()),
                            Integer.toString(again.times() + setup.repeated().end())));
                }
                plan = again.refused() ? refused(plan, again.message()) : hinted(plan, again.message());
            }
            planned.add(plan);
        }
        return new Outcome.Interpreted(message, planned, List.of(), List.of(), fixes);
    }

    private void tell(int index, Content.ToolCall repeated, Repetitions.Seen seen) {
        String round = asked.key().substring(0, Math.max(0, asked.key().indexOf('/')));
        RunEvent told = new RunEvent.ToolCallRepeated(
                round + "/" + index, repeated.name(), seen.times(), seen.refused() || seen.ends());
        call.notice(new Notice.Custom(told.name(), Json.of(told)));
    }

    private static PlannedCall refused(PlannedCall plan, String why) {
        return new PlannedCall(plan.callId(), plan.tool(), Json.Obj.EMPTY, new ToolDecision.Deny(why));
    }

    private static PlannedCall hinted(PlannedCall plan, String hint) {
        return plan.decision() instanceof ToolDecision.Deny
                ? plan
                : new PlannedCall(plan.callId(), plan.tool(), plan.arguments(), plan.decision(), plan.handed(), hint);
    }

    /** The arguments of a call as the model gave them and as the tool gets them, or why it cannot run. */
    private record Read(Json.Obj arguments, List<Handed> handed, Json.Obj resolved, Optional<String> refusal) {
        static Read of(Json.Obj arguments) {
            return new Read(arguments, List.of(), arguments, Optional.empty());
        }

        static Read refused(String why) {
            return new Read(Json.Obj.EMPTY, List.of(), Json.Obj.EMPTY, Optional.of(why));
        }
    }

    private Read arguments(Content.ToolCall call) {
        Optional<Tool> tool = tools.all().find(call.name());
        if (tool.isEmpty()) {
            return Read.refused(unknown(call.name()));
        }
        String written = call.holdsFreeText()
                ? Json.object(Content.ToolCall.INPUT, call.arguments()).toString()
                : call.arguments();
        try {
            if (!asked.kept().isEmpty() && !call.name().equals(LongResults.READ)) {
                Json given = RecoveryParser.any().arguments(written).value();
                List<Handed> named = LongResults.named(given, asked.kept());
                if (!named.isEmpty() && given instanceof Json.Obj arguments) {
                    return LongResults.problem(named, asked.kept())
                            .map(Read::refused)
                            .orElseGet(() -> handed(tool.get().spec(), arguments, named));
                }
            }
            Parsed<Json> parsed = tools.reader(call.name()).arguments(written);
            fixes.addAll(parsed.fixes());
            return Read.of(parsed.value().asObj());
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

    /** With results in the places of their references: as the JSON that they are, and where that does not fit, as text. */
    private Read handed(ToolSpec spec, Json.Obj arguments, List<Handed> named) {
        Json.Obj resolved = LongResults.resolved(arguments, named, asked.kept());
        List<Violation> wrong = spec.parameters().validate(resolved);
        if (wrong.isEmpty()) {
            return new Read(arguments, named, resolved, Optional.empty());
        }
        List<Handed> asText = named.stream()
                .map(one -> wrong.stream()
                                .anyMatch(violation -> violation.pointer().equals(one.at())
                                        || violation.pointer().startsWith(one.at() + "/"))
                        ? new Handed(one.at(), one.reference(), true)
                        : one)
                .toList();
        Json.Obj texts = LongResults.resolved(arguments, asText, asked.kept());
        if (spec.parameters().validate(texts).isEmpty()) {
            return new Read(arguments, asText, texts, Optional.empty());
        }
        // It takes more than that to make it fit; what is made is recorded as it is then, without references.
        Parsed<Json> parsed = tools.reader(spec.name()).arguments(texts.toString());
        fixes.addAll(parsed.fixes());
        return Read.of(parsed.value().asObj());
    }

    private String unknown(String name) {
        if (asked.form() == AnswerForm.TOOL && name.equals(AnswerForm.TOOL_NAME)) {
            return "give the final answer alone, when the other calls have their results";
        }
        List<String> near = tools.all().near(name);
        List<String> told =
                tools.told().stream().map(ToolSpec::name).limit(NAMES).toList();
        String shown = name.length() > 100 ? name.substring(0, 100) + "…" : name;
        return "there is no tool \"" + shown + "\""
                + (!near.isEmpty()
                        ? "; did you mean " + String.join(" or ", near) + "?"
                        : told.isEmpty() ? "; there are no tools" : "; there are: " + String.join(", ", told));
    }

    private PlannedCall decided(Content.ToolCall call, Read read, List<Message> turn) {
        if (read.refusal.isPresent()) {
            return new PlannedCall(call.id(), call.name(), Json.Obj.EMPTY, new ToolDecision.Deny(read.refusal.get()));
        }
        Json.Obj arguments = read.resolved;
        ToolSpec spec = tools.all().find(call.name()).orElseThrow().spec();
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
        return new PlannedCall(call.id(), call.name(), read.arguments, decision, read.handed, "");
    }
}
