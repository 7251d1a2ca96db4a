package dev.tenon.toolbox.foreign;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.json.TypeRef;
import dev.tenon.schema.JsonSchema;
import dev.tenon.tool.RegisteredTool;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolRegistry;
import dev.tenon.tool.ToolSpec;
import dev.tenon.toolbox.GuardedTool;
import dev.tenon.toolbox.RefusedException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** A tool that a file describes. What it does is done by the guarded tools that the folder was given, so their rules hold. */
final class Manifest {
    private static final Set<String> MEMBERS = Set.of("category", "tags", "capabilities", "http", "process", "script");
    private static final Set<String> HTTP = Set.of("method", "url", "headers", "body");
    private static final Set<String> PROCESS = Set.of("command", "input");
    private static final Set<String> SCRIPT = Set.of("command", "text");

    /** Places of arguments, repeated ones counted. */
    private static final int MOST_PLACES = 1000;

    /** Scheme and host, which no argument may change. */
    private static final Pattern FIXED = Pattern.compile("https?://[^/?#{}\\s]+([/?].*)?", Pattern.DOTALL);

    /** A step to the same place or one up, as it is and percent-encoded. */
    private static final Pattern DOTS =
            Pattern.compile("(?i)(?:^|[/\\\\]|%2f|%5c)(?:\\.|%2e){1,2}(?:$|[/\\\\;]|%2f|%5c|%3b)");

    private final Json.Obj said;
    private final Map<String, Tool> guarded;
    private final List<String> problems = new ArrayList<>();

    private Manifest(Json.Obj said, Map<String, Tool> guarded) {
        this.said = said;
        this.guarded = guarded;
    }

    /**
     * The tool of a manifest; empty where it is none.
     *
     * @param guarded what may be used, by name: {@code web_get}, {@code web_send}, {@code process_run}
     * @param problems takes all that is wrong
     */
    static Optional<RegisteredTool> read(Json said, Map<String, Tool> guarded, List<String> problems) {
        if (!(said instanceof Json.Obj object)) {
            problems.add("it is no object");
            return Optional.empty();
        }
        Manifest manifest = new Manifest(object, guarded);
        Optional<RegisteredTool> tool = manifest.tool();
        problems.addAll(manifest.problems);
        return manifest.problems.isEmpty() ? tool : Optional.empty();
    }

    private Optional<RegisteredTool> tool() {
        Set<String> known = new TreeSet<>(SpecForm.MEMBERS);
        known.addAll(MEMBERS);
        unknown("", said, known);
        ToolSpec spec = null;
        try {
            spec = SpecForm.read(said);
        } catch (RuntimeException e) {
            problems.add(e.getMessage() == null ? e.toString() : e.getMessage());
        }
        Set<String> kinds = new LinkedHashSet<>(List.of("http", "process", "script"));
        kinds.retainAll(said.members().keySet());
        if (kinds.size() != 1) {
            problems.add(
                    "it has one of http, process and script, got " + (kinds.isEmpty() ? "none" : kinds.toString()));
            return Optional.empty();
        }
        String kind = kinds.iterator().next();
        if (!(said.get(kind).orElse(Json.NULL) instanceof Json.Obj how)) {
            problems.add("/" + kind + " is no object");
            return Optional.empty();
        }
        if (Template.places(how) > MOST_PLACES) {
            problems.add("/" + kind + " holds more than " + MOST_PLACES + " arguments");
        }
        Tool.ContextFunction<Json.Obj> work = switch (kind) {
            case "http" -> http(how);
            case "process" -> process(how);
            default -> script(how);
        };
        if (spec != null) {
            declared(spec, Template.names(how), kind);
        }
        Set<String> tags = words("tags");
        Set<String> capabilities = words("capabilities");
        if (spec == null || !problems.isEmpty()) {
            return Optional.empty();
        }
        RegisteredTool tool = new RegisteredTool(
                GuardedTool.of(guardedBy(spec, kind, how), work),
                said.string("category").orElse(""),
                tags,
                capabilities,
                Json.object("manifest", said));
        problems.addAll(ToolRegistry.problems(tool));
        return Optional.of(tool);
    }

    /** What sends or starts something is never less than what does it. */
    private ToolSpec guardedBy(ToolSpec spec, String kind, Json.Obj how) {
        if (said.has("traits")) {
            return spec;
        }
        return !kind.equals("http")
                ? spec.withTraits(ToolSpec.Trait.DESTRUCTIVE, ToolSpec.Trait.OPEN_WORLD)
                : method(how).equals("GET")
                        ? spec.withTraits(ToolSpec.Trait.READ_ONLY, ToolSpec.Trait.OPEN_WORLD)
                        : spec.withTraits(ToolSpec.Trait.DESTRUCTIVE, ToolSpec.Trait.OPEN_WORLD);
    }

    private Set<String> words(String member) {
        try {
            return said.get(member)
                    .map(words -> words.as(new TypeRef<Set<String>>() {}))
                    .orElse(Set.of());
        } catch (JsonException e) {
            problems.add("/" + member + ": " + e.getMessage());
            return Set.of();
        }
    }

    private void unknown(String at, Json.Obj object, Set<String> known) {
        for (String member : object.members().keySet()) {
            if (!known.contains(member)) {
                problems.add(at + "/" + member + " is not known; there are " + String.join(", ", new TreeSet<>(known)));
            }
        }
    }

    private void declared(ToolSpec spec, Set<String> named, String kind) {
        Json properties = spec.parameters().json().at("/properties").orElse(Json.Obj.EMPTY);
        for (String name : named) {
            if (!(properties instanceof Json.Obj object) || !object.has(name)) {
                problems.add("/" + kind + " names {" + name + "}, which is no parameter");
            }
        }
    }

    private Tool needed(String name, String what) {
        Tool tool = guarded.get(name);
        if (tool == null) {
            problems.add(what);
            return LongGone.TOOL;
        }
        return tool;
    }

    /** Stands for a tool that is not there; the manifest is refused then. */
    private static final class LongGone {
        static final Tool TOOL =
                Tool.of(ToolSpec.of("none", "", JsonSchema.ANY), (arguments, context) -> "there is no tool");
    }

    // Kinds

    private static String method(Json.Obj how) {
        return how.string("method").orElse("GET").toUpperCase(java.util.Locale.ROOT);
    }

    private Tool.ContextFunction<Json.Obj> http(Json.Obj how) {
        unknown("/http", how, HTTP);
        String url = how.string("url").orElse("");
        if (!FIXED.matcher(url).matches()) {
            problems.add("/http/url begins with http:// or https:// and a host without arguments, got \"" + url + "\"");
        }
        String method = method(how);
        boolean sends = !method.equals("GET");
        Tool web = needed(
                sends ? "web_send" : "web_get",
                "/http: the folder was given no web tools that may use " + method
                        + "; give it some with web(WebTools…)");
        if (!sends && how.has("body")) {
            problems.add("/http/body: a GET has no body");
        }
        Json headers = how.get("headers").orElse(Json.Obj.EMPTY);
        if (!(headers instanceof Json.Obj)) {
            problems.add("/http/headers is no object");
        }
        Optional<Json> body = how.get("body");
        return (arguments, context) -> {
            Json.ObjBuilder call = Json.object()
                    .put("url", Template.filled(url, arguments, Manifest::inUrl))
                    .put("headers", Template.json(headers, arguments));
            if (sends) {
                call.put("method", method);
                body.ifPresent(template -> {
                    Json filled = Template.json(template, arguments);
                    call.put("body", filled instanceof Json.Str text ? text.value() : filled.toString());
                });
            } else {
                call.put("form", "RAW");
            }
            return web.call(call.build(), context);
        };
    }

    private static String inUrl(String value, StringBuilder before) {
        boolean inPath = before.indexOf("?") < 0;
        // Servers there are that take an encoded slash for a slash.
        if (inPath && (value.isEmpty() || DOTS.matcher(value).find())) {
            throw new RefusedException(
                    "manifest.path",
                    "\"" + RefusedException.shown(value) + "\" may not be a part of the path",
                    "a text that is not empty, and where no one or two dots stand alone between slashes");
        }
        return Template.encoded(value);
    }

    private Tool.ContextFunction<Json.Obj> process(Json.Obj how) {
        unknown("/process", how, PROCESS);
        List<String> command = command("/process/command", how);
        if (!command.isEmpty() && !Template.names(command.getFirst()).isEmpty()) {
            problems.add("/process/command: no argument says which program runs, got \"" + command.getFirst() + "\"");
        }
        Tool process = needed(
                "process_run",
                "/process: the folder was given no process tools; give it some with processes(ProcessTools…)");
        Optional<String> input = how.string("input");
        return (arguments, context) -> {
            List<String> line = new ArrayList<>();
            for (String part : command) {
                Optional<Json> list = Template.isPlace(part)
                        ? arguments.get(Template.names(part).iterator().next()).filter(Json.Arr.class::isInstance)
                        : Optional.empty();
                if (list.isPresent()) {
                    for (Json item : list.get().asArr().items()) {
                        line.add(dashless(Template.text(item)));
                    }
                } else if (!Template.isPlace(part)
                        || arguments.has(Template.names(part).iterator().next())) {
                    line.add(Template.filled(
                            part, arguments, (value, before) -> before.isEmpty() ? dashless(value) : value));
                }
            }
            Json.ObjBuilder call = Json.object().put("command", line);
            input.ifPresent(text -> call.put("input", Template.filled(text, arguments, (value, before) -> value)));
            return process.call(call.build(), context);
        };
    }

    /** An argument is not an option. */
    private static String dashless(String value) {
        if (value.startsWith("-")) {
            throw new RefusedException(
                    "manifest.option",
                    "the argument \"" + (value.length() > 50 ? value.substring(0, 50) + "…" : value)
                            + "\" would be an option of the program",
                    "a text that does not begin with a dash");
        }
        return value;
    }

    private Tool.ContextFunction<Json.Obj> script(Json.Obj how) {
        unknown("/script", how, SCRIPT);
        List<String> command = command("/script/command", how);
        String text = how.string("text").orElse("");
        if (text.isBlank()) {
            problems.add("/script/text: there is no script");
        }
        Tool process = needed(
                "process_run",
                "/script: the folder was given no process tools; give it some with processes(ProcessTools…)");
        return (arguments, context) -> {
            List<String> line = new ArrayList<>(command);
            line.add(text);
            return process.call(
                    Json.object()
                            .put("command", line)
                            .put("input", arguments.toString())
                            .build(),
                    context);
        };
    }

    private List<String> command(String at, Json.Obj how) {
        try {
            List<String> command = how.get("command")
                    .map(parts -> parts.as(new TypeRef<List<String>>() {}))
                    .orElse(List.of());
            if (command.isEmpty()) {
                problems.add(at + ": there is no program");
            }
            return command;
        } catch (JsonException e) {
            problems.add(at + ": " + e.getMessage());
            return List.of();
        }
    }
}
