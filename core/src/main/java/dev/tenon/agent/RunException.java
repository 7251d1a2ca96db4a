package dev.tenon.agent;

import dev.tenon.error.Failure;
import dev.tenon.error.Recovery;
import dev.tenon.error.TenonException;
import dev.tenon.run.Question;
import dev.tenon.run.RunEnd;
import java.util.Map;
import java.util.stream.Collectors;

/** An answer was wanted of a run that has none. Holds the {@link #result()}, with everything that came before. */
public final class RunException extends TenonException {
    private static final long serialVersionUID = 1L;

    private final transient RunResult result;

    RunException(RunResult result) {
        super(
                code(result.end()),
                message(result),
                recovery(result.end()),
                Map.of("run", result.run()),
                cause(result.end()));
        this.result = result;
    }

    /** What came of the run. */
    public RunResult result() {
        return result;
    }

    private static String code(RunEnd end) {
        return end instanceof RunEnd.Failed failed ? failed.failure().code() : "run." + end.word();
    }

    private static Recovery recovery(RunEnd end) {
        return end instanceof RunEnd.Failed failed ? failed.failure().recovery() : Recovery.NONE;
    }

    private static String message(RunResult result) {
        return switch (result.end()) {
            case RunEnd.Completed completed -> "the run completed";
            case RunEnd.Paused paused ->
                "the run is paused and has no answer yet; it asks: "
                        + paused.questions().stream().map(Question::id).collect(Collectors.joining(", "))
                        + ". Resume it with their answers";
            case RunEnd.Limited limited ->
                "the run has no answer: " + limited.reached().message() + "; raise the limit or ask for less";
            case RunEnd.Cancelled cancelled ->
                "the run was stopped before it had an answer: "
                        + cancelled.stop().reason();
            case RunEnd.Failed failed -> failed.failure().message();
        };
    }

    private static @org.jspecify.annotations.Nullable Throwable cause(RunEnd end) {
        if (!(end instanceof RunEnd.Failed failed)) {
            return null;
        }
        Failure failure = failed.failure();
        return failure.toException();
    }
}
