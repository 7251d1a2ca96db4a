package dev.tenon.run;

import dev.tenon.error.TenonException;
import dev.tenon.journal.JournalRecord;
import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Makes the records of an unfinished run fit a program whose definition has changed since it began.
 */
@FunctionalInterface
public interface Migration {
    /** No run goes on under another definition; the error says what changed. */
    Migration REFUSE = (run, records, before, now) -> {
        throw new TenonException(
                "run.definition_changed",
                "run \"" + run + "\" was begun with another definition and cannot go on with this one; changed: "
                        + String.join(", ", changes(before, now))
                        + ". Run it to its end with the old program, or give the runner a migration");
    };

    /**
     * The records as the new program would have written them.
     *
     * @param before the definition in the first record
     * @param now the program's definition
     * @throws TenonException where this run cannot go on
     */
    List<JournalRecord> migrate(String run, List<JournalRecord> records, Json before, Json now);

    /** The JSON Pointers at which two definitions differ, at most twenty. */
    static List<String> changes(Json before, Json now) {
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(now, "now");
        List<String> found = new ArrayList<>();
        compare("", before, now, found);
        return found.size() <= 20 ? found : List.copyOf(found.subList(0, 20));
    }

    private static void compare(String at, Json before, Json now, List<String> found) {
        if (before.equals(now)) {
            return;
        }
        if (before instanceof Json.Obj old && now instanceof Json.Obj fresh) {
            old.forEach((name, value) -> {
                String place = at + "/" + name.replace("~", "~0").replace("/", "~1");
                if (fresh.get(name).isPresent()) {
                    compare(place, value, fresh.get(name).get(), found);
                } else {
                    found.add(place + " (gone)");
                }
            });
            fresh.forEach((name, value) -> {
                if (!old.has(name)) {
                    found.add(at + "/" + name.replace("~", "~0").replace("/", "~1") + " (new)");
                }
            });
        } else if (before instanceof Json.Arr old && now instanceof Json.Arr fresh && old.size() == fresh.size()) {
            for (int i = 0; i < old.size(); i++) {
                compare(at + "/" + i, old.get(i), fresh.get(i), found);
            }
        } else {
            found.add(at);
        }
    }
}
