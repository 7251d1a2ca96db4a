package dev.tenon.scope;

import dev.tenon.error.Recovery;
import dev.tenon.error.TenonException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Work was told to end before it was done. */
public final class StoppedException extends TenonException {
    private static final long serialVersionUID = 1L;

    private final transient Stop stop;

    public StoppedException(Stop stop) {
        super(
                "stopped." + Objects.requireNonNull(stop, "stop").kind().name().toLowerCase(Locale.ROOT),
                "stopped: " + (stop.reason().isEmpty() ? stop.kind().name().toLowerCase(Locale.ROOT) : stop.reason()),
                Recovery.NONE,
                Map.of(),
                null);
        this.stop = stop;
    }

    /** Why. */
    public Stop stop() {
        return stop;
    }
}
