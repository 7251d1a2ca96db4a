package dev.tenon.benchmarks;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A thousand tools as companies have them: ten acts on ten kinds of things in ten systems, each with a name, a sentence and some parameters. */
final class ManyTools {
    private static final List<String> SYSTEMS = List.of(
            "crm", "billing", "wiki", "calendar", "warehouse", "payroll", "helpdesk", "forum", "fleet", "archive");
    private static final List<String> ACTS = List.of(
            "create", "find", "update", "delete", "share", "translate", "summarize", "approve", "export", "schedule");
    private static final List<String> THINGS = List.of(
            "invoice",
            "contract",
            "customer",
            "meeting",
            "ticket",
            "shipment",
            "report",
            "employee",
            "photo",
            "message");

    private static final List<String> WHY = List.of(
            "Asks for confirmation where the change cannot be taken back.",
            "Works on one at a time; for many there is the import.",
            "Needs the rights of an editor.",
            "The result has at most a hundred entries.",
            "Times are in the zone of the company.");

    private ManyTools() {}

    /** Of one name only, so that a search that finds it is right. */
    record Wanted(String query, String name) {}

    /** As models ask: in other forms and another order of the words than the tools have. */
    static List<Wanted> wanted() {
        List<Wanted> wanted = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            String system = SYSTEMS.get(i % 10);
            String act = ACTS.get(i * 7 / 10 % 10);
            String thing = THINGS.get((i * 3 + i / 10) % 10);
            String query = switch (i % 4) {
                case 0 -> act + " a " + thing + " in the " + system;
                case 1 -> thing + "s of the " + system + " that I want to " + act;
                case 2 -> system + " " + act + " " + thing;
                default -> "please " + act + " these " + thing + "s, they are in our " + system;
            };
            wanted.add(new Wanted(query, name(system, act, thing)));
        }
        return wanted;
    }

    static List<Tool> all() {
        List<Tool> all = new ArrayList<>();
        for (String system : SYSTEMS) {
            for (String act : ACTS) {
                for (String thing : THINGS) {
                    all.add(Tool.of(spec(system, act, thing, all.size()), (arguments, context) -> "done"));
                }
            }
        }
        return all;
    }

    private static String name(String system, String act, String thing) {
        return system + "_" + act + "_" + thing;
    }

    private static ToolSpec spec(String system, String act, String thing, int number) {
        String description = act.substring(0, 1).toUpperCase(Locale.ROOT) + act.substring(1) + "s one " + thing
                + " of the " + system + ". " + WHY.get(number % WHY.size());
        Json schema = Json.object()
                .put("type", "object")
                .put(
                        "properties",
                        Json.object()
                                .put(thing + "Id", text("which " + thing + " it is"))
                                .put("note", text("what is written into the journal of the " + system))
                                .put(
                                        "urgency",
                                        Json.object()
                                                .put("enum", Json.array("low", "normal", "high"))
                                                .build())
                                .build())
                .build();
        return ToolSpec.of(name(system, act, thing), description, JsonSchema.of(schema));
    }

    private static Json text(String description) {
        return Json.object()
                .put("type", "string")
                .put("description", description)
                .build();
    }
}
