package dev.tenon.run;

import dev.tenon.error.Failure;
import dev.tenon.event.Event;
import dev.tenon.event.RunEvent;
import dev.tenon.event.Severity;
import dev.tenon.json.Json;
import dev.tenon.provider.Delta;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Notice;
import dev.tenon.scope.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Tells in events what a run does. Used on the run's thread only. */
final class Teller {
    /** The event of a notice whose name no event can have, as a host may choose it. */
    private static final String UNNAMED = "provider.notice";

    private final Desk desk;
    private final TimeSource time;
    private final Supplier<ModelInfo> model;
    private final String run;

    Teller(Desk desk, TimeSource time, Supplier<ModelInfo> model, String run) {
        this.desk = desk;
        this.time = time;
        this.model = model;
        this.run = run;
    }

    void began(Effect effect) {
        if (desk.listens()) {
            switch (effect) {
                case Effect.CallModel model -> {
                    ModelInfo info = this.model.get();
                    desk.tell(new RunEvent.ModelCallStarted(
                            model.key(),
                            model.purpose().name().toLowerCase(Locale.ROOT),
                            info.provider(),
                            info.model(),
                            model.request().messages().size(),
                            model.request().tools().size()));
                }
                case Effect.CallTool tool ->
                    desk.tell(new RunEvent.ToolCallStarted(tool.key(), tool.tool(), tool.arguments()));
                default -> {}
            }
        }
    }

    void ended(Effect effect, Outcome outcome, long since) {
        if (!desk.listens()) {
            return;
        }
        Duration took = Duration.ofNanos(time.nanos() - since);
        switch (effect) {
            case Effect.CallModel model -> {
                switch (outcome) {
                    case Outcome.Replied replied ->
                        desk.tell(new RunEvent.ModelCallFinished(
                                model.key(),
                                replied.response().model(),
                                replied.response().finish(),
                                replied.response().usage(),
                                replied.cost(),
                                took));
                    case Outcome.Failed failed ->
                        desk.tell(new RunEvent.ModelCallFailed(model.key(), failed.failure()));
                    default ->
                        desk.tell(new RunEvent.ModelCallFailed(
                                model.key(), Failure.of("run.stopped", "stopped before there was an answer")));
                }
            }
            case Effect.CallTool tool ->
                desk.tell(new RunEvent.ToolCallFinished(
                        tool.key(),
                        tool.tool(),
                        !(outcome instanceof Outcome.Returned r && !r.error()),
                        Told.of(outcome),
                        took));
            case Effect.Interpret interpret -> {
                if (outcome instanceof Outcome.Interpreted read
                        && !read.violations().isEmpty()) {
                    desk.tell(new RunEvent.OutputRejected(interpret.key(), read.violations()));
                }
            }
            default -> {}
        }
    }

    /** An answer that goes back to the model was not the answer: who watched it is told so. */
    void takenBack(Outcome outcome) {
        if (desk.streams()
                && outcome instanceof Outcome.Interpreted read
                && !read.violations().isEmpty()) {
            desk.delta(run, new Delta.Discarded("the answer did not fit and goes back to the model"));
        }
    }

    void asked(Question question) {
        if (desk.listens()) {
            desk.tell(new RunEvent.QuestionAsked(
                    question.key(),
                    question.kind().name().toLowerCase(Locale.ROOT),
                    question.subject(),
                    question.arguments(),
                    question.reason()));
        }
    }

    void noticed(Effect effect, Notice notice) {
        switch (notice) {
            case Notice.Retrying retrying ->
                desk.tell(new RunEvent.ModelCallRetrying(
                        effect.key(), retrying.by(), retrying.attempt(), retrying.pause(), retrying.failure()));
            case Notice.FellBack fell ->
                desk.tell(new RunEvent.ModelCallFellBack(effect.key(), fell.from(), fell.to(), fell.failure()));
            case Notice.AttemptCost cost ->
                desk.tell(new RunEvent.ModelAttemptCharged(effect.key(), cost.by(), cost.usage(), cost.cost()));
            case Notice.Hedged hedged ->
                desk.tell(new RunEvent.ModelCallHedged(effect.key(), hedged.from(), hedged.to(), hedged.after()));
            case Notice.Answered answered ->
                desk.tell(new RunEvent.ModelCallAnsweredBy(effect.key(), answered.by(), answered.cost()));
            case Notice.Waiting waiting -> desk.tell(new RunEvent.ModelCallWaiting(effect.key(), waiting.atLeast()));
            case Notice.CacheHit hit -> desk.tell(new RunEvent.ModelCallCached(effect.key(), hit.saved()));
            case Notice.CircuitChanged circuit ->
                desk.tell(new RunEvent.ModelCircuitChanged(
                        effect.key(), circuit.model(), circuit.open(), circuit.pause()));
            case Notice.Disagreed other ->
                desk.tell(new RunEvent.ModelDisagreed(
                        effect.key(),
                        other.model(),
                        other.answer(),
                        other.failure().equals(Notice.Disagreed.NONE) ? List.of() : List.of(other.failure())));
            case Notice.Omitted omitted ->
                desk.tell(new RunEvent.ModelRequestOmitted(effect.key(), omitted.what(), omitted.why()));
            case Notice.Custom custom -> {
                if (custom.name().equals(Told.PROGRESS) && effect instanceof Effect.CallTool tool) {
                    desk.tell(new RunEvent.ToolCallProgress(effect.key(), tool.tool(), Told.words(custom.payload())));
                } else if (Event.isName(custom.name())) {
                    desk.tell(custom.name(), Severity.INFO, custom.payload());
                } else {
                    desk.tell(
                            UNNAMED,
                            Severity.INFO,
                            Json.object()
                                    .put("name", custom.name())
                                    .put("payload", custom.payload())
                                    .build());
                }
            }
        }
    }
}
