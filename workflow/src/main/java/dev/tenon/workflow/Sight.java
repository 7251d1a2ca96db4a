package dev.tenon.workflow;

import dev.tenon.json.Json;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an expression of a step sees: its layers of the state, what the workflow was given, and the variables of where it stands. One for a machine, pointed at a step before each use. Not thread-safe. */
final class Sight implements Environment {
    private final Plan plan;
    private final Json.Obj input;
    private @Nullable Frame frame;
    private String extra = "";
    private Json extraValue = Json.NULL;

    Sight(Plan plan, Json.Obj input) {
        this.plan = plan;
        this.input = input;
    }

    Sight of(Frame at, String name, Json value) {
        frame = at;
        extra = name;
        extraValue = value;
        return this;
    }

    @Override
    public @Nullable Json value(String key) {
        Reducer reducer = plan.reducers.isEmpty() ? null : plan.reducers.get(key);
        Json joined = null;
        for (Frame at = frame; at != null; at = at.parent) {
            Json found = at.body == null || at.body.layer == null ? null : at.body.layer.get(key);
            if (found == null
                    && at.parent != null
                    && at.slot >= 0
                    && at.parent.node.executor instanceof GraphRun graph) {
                found = graph.seen(at.parent.body(), at.slot, key, reducer);
            }
            if (found != null) {
                if (reducer == null) {
                    return found;
                }
                joined = joined == null ? found : Reducing.joined(reducer, found, joined);
            }
        }
        Json first = input.members().get(key);
        if (first == null) {
            StateKey known = plan.definition.keys().get(key);
            first = known == null || known.initial().isEmpty()
                    ? null
                    : known.initial().getFirst();
        }
        if (joined == null || reducer == null) {
            return joined == null ? first : joined;
        }
        return first == null ? joined : Reducing.joined(reducer, first, joined);
    }

    @Override
    public Set<String> keys() {
        Set<String> keys = new LinkedHashSet<>(input.members().keySet());
        plan.definition.keys().forEach((name, key) -> {
            if (!key.initial().isEmpty()) {
                keys.add(name);
            }
        });
        for (Frame at = frame; at != null; at = at.parent) {
            if (at.body != null && at.body.layer != null) {
                at.body.layer.forEach((name, value) -> keys.add(name));
            }
            if (at.parent != null && at.slot >= 0 && at.parent.node.executor instanceof GraphRun graph) {
                graph.keys(at.parent.body(), at.slot, keys);
            }
        }
        return keys;
    }

    @Override
    public @Nullable Json variable(String name) {
        if (name.equals(extra)) {
            return extraValue;
        }
        Frame at = frame;
        if (at == null) {
            return null;
        }
        return switch (name) {
            case "last" -> at.last;
            case "input" -> input;
            case "attempt" -> Json.of(at.attempt() + 1);
            case "iteration" -> iteration(at);
            case "item" -> item(at, true);
            case "index" -> item(at, false);
            case "output" -> undone(at);
            case "error" -> error(at);
            default -> null;
        };
    }

    private static @Nullable Json iteration(Frame from) {
        for (Frame at = from; at != null; at = at.parent) {
            if (at.node.executor instanceof Looping && at.body != null) {
                return Json.of(at.body.at);
            }
        }
        return null;
    }

    private static @Nullable Json item(Frame from, boolean value) {
        for (Frame at = from; at.parent != null; at = at.parent) {
            if (at.slot >= 0 && at.parent.node.executor instanceof FanOut && at.parent.body != null) {
                return value ? at.parent.body.items.get(at.slot) : Json.of(at.slot);
            }
        }
        return null;
    }

    private static @Nullable Json undone(Frame from) {
        for (Frame at = from; at != null; at = at.parent) {
            if (at.slot == Node.UNDO) {
                return at.last;
            }
        }
        return null;
    }

    private static @Nullable Json error(Frame from) {
        for (Frame at = from; at != null; at = at.parent) {
            if (at.body != null && at.body.error != null) {
                return Json.object()
                        .put("code", at.body.error.code())
                        .put("message", at.body.error.message())
                        .build();
            }
        }
        return null;
    }

    @Override
    public Moment moment() {
        Frame at = frame;
        if (at == null) {
            throw new IllegalStateException("nothing is evaluated");
        }
        return moment(at);
    }

    /** What the step, or the nearest around it, was told. */
    static Moment moment(Frame frame) {
        for (Frame at = frame; at != null; at = at.parent) {
            if (at.body != null && at.body.moment != null) {
                return at.body.moment;
            }
        }
        throw new IllegalStateException(frame.node + " was not told the time");
    }
}
