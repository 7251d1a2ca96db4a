package dev.tenon.run;

import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A run at rest that no journal holds. Immutable.
 *
 * @param definition the digest of the program's definition
 * @param open the effects that are open
 * @param children of the open ones, those that are runs at rest themselves
 * @param events how many events had been told
 */
record Snapshot(
        String run,
        String program,
        String definition,
        Json input,
        Json state,
        List<Json> open,
        Map<String, RunEnd.Paused> children,
        Spent spent,
        Duration took,
        long events) {
    Snapshot {
        open = List.copyOf(open);
        children = new LinkedHashMap<>(children);
    }

    static Snapshot of(Json json) {
        if (!(json instanceof Json.Obj object)) {
            throw new TenonException(
                    "run.bad_snapshot",
                    "this is no snapshot of a run, but " + json.kind() + "; give what RunEnd.Paused held, unchanged");
        }
        Map<String, RunEnd.Paused> children = new LinkedHashMap<>();
        member(object, "children").asObj().forEach((key, child) -> children.put(key, child.as(RunEnd.Paused.class)));
        return new Snapshot(
                member(object, "run").asString(),
                member(object, "program").asString(),
                member(object, "definition").asString(),
                member(object, "input"),
                member(object, "state"),
                member(object, "open").asArr().items(),
                children,
                member(object, "spent").as(Spent.class),
                member(object, "took").as(Duration.class),
                member(object, "events").asLong());
    }

    private static Json member(Json.Obj object, String name) {
        return object.get(name)
                .orElseThrow(() -> new TenonException(
                        "run.bad_snapshot",
                        "this is no snapshot of a run: it has no member \"" + name
                                + "\"; give what RunEnd.Paused held, unchanged"));
    }

    Json json() {
        Json.ObjBuilder kept = Json.object();
        children.forEach((key, child) -> kept.put(key, Json.of(child)));
        return Json.object()
                .put("run", run)
                .put("program", program)
                .put("definition", definition)
                .put("input", input)
                .put("state", state)
                .put("open", open)
                .put("children", kept.build())
                .put("spent", Json.of(spent))
                .put("took", Json.of(took))
                .put("events", events)
                .build();
    }

    void check(String wantedProgram, String wantedDefinition) {
        if (!program.equals(wantedProgram)) {
            throw new TenonException(
                    "run.other_program",
                    "run \"" + run + "\" was begun by \"" + program + "\", not by \"" + wantedProgram + "\"");
        }
        if (!definition.equals(wantedDefinition)) {
            throw new TenonException(
                    "run.definition_changed",
                    "run \"" + run + "\" was begun with another definition of \"" + program
                            + "\" and cannot go on with this one");
        }
    }
}
