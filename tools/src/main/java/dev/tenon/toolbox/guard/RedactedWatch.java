package dev.tenon.toolbox.guard;

import dev.tenon.event.Event;
import dev.tenon.provider.Delta;
import dev.tenon.run.Watch;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Shows deltas and events without secrets. A secret may come in several deltas, so what may be the beginning of one is held back until it is known; what is held when a reply ends is shown then. Called
 * as a watch is, one at a time.
 */
final class RedactedWatch implements Watch {
    private static final int TEXT = -1;
    private static final int THINKING = -2;

    private final Redactor redactor;
    private final Watch watch;

    /** What is held, by run and by what of the reply it is part of: a call's index, or one of the above. */
    private final Map<String, Map<Integer, Held>> held = new LinkedHashMap<>();

    RedactedWatch(Redactor redactor, Watch watch) {
        this.redactor = redactor;
        this.watch = watch;
    }

    private record Held(Redactor.Stream text, Function<String, Delta> again) {}

    @Override
    public void delta(String run, Delta delta) {
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(delta, "delta");
        switch (delta) {
            case Delta.Text text -> {
                show(run, THINKING);
                take(run, TEXT, text.text(), Delta.Text::new);
            }
            case Delta.Thinking thinking -> {
                show(run, TEXT);
                take(run, THINKING, thinking.text(), Delta.Thinking::new);
            }
            case Delta.ToolCallStarted started -> {
                show(run, THINKING);
                show(run, TEXT);
                watch.delta(run, delta);
            }
            case Delta.ToolCallArguments arguments ->
                take(
                        run,
                        arguments.index(),
                        arguments.fragment(),
                        plain -> new Delta.ToolCallArguments(arguments.index(), plain));
            case Delta.Discarded discarded -> {
                held.remove(run);
                watch.delta(run, new Delta.Discarded(redactor.strip(discarded.reason())));
            }
        }
    }

    private void take(String run, int part, String piece, Function<String, Delta> again) {
        Held open = held.computeIfAbsent(run, one -> new LinkedHashMap<>())
                .computeIfAbsent(part, one -> new Held(redactor.stream(), again));
        told(run, open.text().take(piece), again);
    }

    private void told(String run, String plain, Function<String, Delta> again) {
        if (!plain.isEmpty()) {
            watch.delta(run, again.apply(plain));
        }
    }

    private void show(String run, int part) {
        Held open = held.getOrDefault(run, Map.of()).get(part);
        if (open != null) {
            told(run, open.text().end(), open.again());
        }
    }

    @Override
    public void event(Event event) {
        Objects.requireNonNull(event, "event");
        switch (event.name()) {
            case "model.call.finished", "model.call.failed", "run.finished" -> {
                Map<Integer, Held> open = held.remove(event.run());
                if (open != null) {
                    open.values().forEach(each -> told(event.run(), each.text().end(), each.again()));
                }
            }
            default -> {}
        }
        if (watch.listens()) {
            watch.event(redactor.strip(event));
        }
    }

    @Override
    public boolean streams() {
        return watch.streams();
    }
}
