package dev.tenon.run;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an effect leaves beside its outcome, and what a run that goes on must know again. It stands in the record of the effect's end. Immutable.
 *
 * @param spent what runs used that the effect's work began by itself, as a tool does that calls another
 * @param held what it may have used and nobody reported
 * @param abandoned the calls that ignored being told to stop: its own, and those of runs below it
 */
record Beside(Spent spent, Budget.Reservation held, List<String> abandoned) {
    static final Beside NOTHING = new Beside(Spent.NOTHING, Budget.Reservation.NOTHING, List.of());

    private static final String SPENT = "spent";
    private static final String HELD = "held";
    private static final String ABANDONED = "abandoned";

    static Beside spent(Spent more) {
        return new Beside(more, Budget.Reservation.NOTHING, List.of());
    }

    static Beside held(Budget.Reservation more) {
        return new Beside(Spent.NOTHING, more, List.of());
    }

    static Beside abandoned(List<String> more) {
        return new Beside(Spent.NOTHING, Budget.Reservation.NOTHING, List.copyOf(more));
    }

    Beside plus(Beside other) {
        List<String> all = new ArrayList<>(abandoned);
        all.addAll(other.abandoned);
        return new Beside(spent.plus(other.spent), held.plus(other.held), List.copyOf(all));
    }

    /** As the run above sees it, of which this is the child at a key. */
    Beside below(String key) {
        return new Beside(
                spent, held, abandoned.stream().map(call -> key + "/" + call).toList());
    }

    /** Without what was spent, where the outcome says that. */
    Beside spentElsewhere() {
        return new Beside(Spent.NOTHING, held, abandoned);
    }

    /** The members of the record. */
    Map<String, Json> members() {
        if (equals(NOTHING)) {
            return Map.of();
        }
        Map<String, Json> members = new LinkedHashMap<>();
        if (!spent.equals(Spent.NOTHING)) {
            members.put(SPENT, Json.of(spent));
        }
        if (!held.equals(Budget.Reservation.NOTHING)) {
            members.put(HELD, held.json());
        }
        if (!abandoned.isEmpty()) {
            members.put(ABANDONED, Json.of(abandoned));
        }
        return members;
    }

    /**
     * What the members of a record say; nothing of those that were redacted.
     *
     * @throws JsonException where they are not what they were written as
     */
    static Beside of(Map<String, Json> members) {
        if (members.isEmpty()) {
            return NOTHING;
        }
        List<String> abandoned = new ArrayList<>(0);
        if (members.get(ABANDONED) instanceof Json.Arr keys) {
            keys.forEach(key -> abandoned.add(key instanceof Json.Str text ? text.value() : key.toString()));
        }
        return new Beside(
                members.get(SPENT) instanceof Json.Obj spent ? spent.as(Spent.class) : Spent.NOTHING,
                Budget.Reservation.of(members.getOrDefault(HELD, Json.NULL)),
                List.copyOf(abandoned));
    }
}
