package dev.tenon.examples.monitoring;

import dev.tenon.event.Event;
import dev.tenon.event.Listener;
import dev.tenon.event.RunEvent;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** What a dashboard shows of all runs, added up from their events. Told by one subscription, so by one thread at a time. */
final class Figures implements Listener {
    private final Map<String, Integer> ends = new TreeMap<>();
    private final Map<String, Integer> calls = new TreeMap<>();
    private long tokens;
    private int retries;
    private int failures;
    private Duration waited = Duration.ZERO;

    @Override
    public void on(Event event) {
        RunEvent.of(event).ifPresent(this::add);
    }

    private void add(RunEvent told) {
        // Only some matter here, so what is added later may pass by.
        if (told instanceof RunEvent.RunFinished run) {
            ends.merge(run.end(), 1, Integer::sum);
            tokens += run.usage().total();
        } else if (told instanceof RunEvent.ModelCallFinished call) {
            waited = waited.plus(call.took());
        } else if (told instanceof RunEvent.ModelCallRetrying) {
            retries++;
        } else if (told instanceof RunEvent.ToolCallFinished call) {
            calls.merge(call.tool(), 1, Integer::sum);
            failures += call.error() ? 1 : 0;
        }
    }

    /** One line. */
    String line() {
        return "runs " + ends + ", tool calls " + calls + ", failed " + failures + ", model retries " + retries
                + ", tokens " + tokens;
    }

    /** How long models took in all. */
    Duration waited() {
        return waited;
    }
}
