package dev.tenon.workflow;

import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import dev.tenon.run.Limits;
import dev.tenon.schema.JsonSchema;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads definitions from JSON. It goes on after what is wrong, so that all of it is known at once; each problem has the JSON Pointer of its place. Whether names
 * mean anything and expressions can be read is not looked at here. Not thread-safe.
 */
final class DefinitionReader {
    /** What tells the kind of a step, in the order in which it is looked for. {@code workflow} is last: a definition has it too. */
    static final List<String> KINDS = List.of(
            "agent",
            "tool",
            "function",
            "script",
            "transform",
            "sequence",
            "parallel",
            "when",
            "switch",
            "route",
            "loop",
            "map",
            "graph",
            "wait",
            "approval",
            "ask",
            "handoff",
            "supervisor",
            "step",
            "workflow");

    /** Members that any step may have. */
    private static final List<String> OPTIONS = List.of(
            "name",
            "as",
            "input",
            "output",
            "schema",
            "timeout",
            "retry",
            "onError",
            "compensate",
            "budget",
            "deadline",
            "priority",
            "needs");

    /** Members of each kind beside the one that tells it. */
    private static final Map<String, List<String>> MEMBERS = Map.ofEntries(
            Map.entry("agent", List.of("session")),
            Map.entry("tool", List.of()),
            Map.entry("function", List.of()),
            Map.entry("script", List.of("code")),
            Map.entry("transform", List.of()),
            Map.entry("sequence", List.of()),
            Map.entry("parallel", List.of("atMost", "failFast")),
            Map.entry("when", List.of("then", "otherwise")),
            Map.entry("switch", List.of("cases", "otherwise")),
            Map.entry("route", List.of("choices")),
            Map.entry("loop", List.of("while", "until", "atMost", "reason")),
            Map.entry("map", List.of("do", "atMost", "failFast", "reduce")),
            Map.entry("graph", List.of("atMost", "failFast")),
            Map.entry("workflow", List.of()),
            Map.entry("wait", List.of()),
            Map.entry("approval", List.of("otherwise")),
            Map.entry("ask", List.of()),
            Map.entry("handoff", List.of("atMost")),
            Map.entry("supervisor", List.of("agents", "atMost")),
            Map.entry("step", List.of("with")));

    private static final List<String> DEFINITION =
            List.of("workflow", "version", "description", "input", "keys", "resources", "atMost", "steps", "output");

    private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");

    /** Steps in steps: each level is a few levels of JSON, which itself may be {@value Json#MAX_DEPTH} deep. */
    private final List<Problem> problems = new ArrayList<>();

    /** Where something could not be read, something stands in its place, so that reading goes on. */
    private static final Step NOTHING = Step.sequence();

    static Definition definition(Json document) {
        DefinitionReader reader = new DefinitionReader();
        Definition read = reader.readDefinition(document, "");
        if (read == null || !reader.problems.isEmpty()) {
            throw new WorkflowException(name(document), reader.problems);
        }
        return read;
    }

    static Step step(Json json) {
        DefinitionReader reader = new DefinitionReader();
        Step read = reader.readBody(json, "");
        if (!reader.problems.isEmpty()) {
            throw new WorkflowException("", reader.problems);
        }
        return read;
    }

    static String name(Json document) {
        return document instanceof Json.Obj object ? object.string("workflow").orElse("") : "";
    }

    /** What was wrong with all that was read. */
    List<Problem> problems() {
        return problems;
    }

    /** Reads a document; null where there is none to speak of. */
    @Nullable
    Definition readDefinition(Json document, String at) {
        if (!(document instanceof Json.Obj object)) {
            wrong("reader.wrong_type", at, "expected an object with \"workflow\" and \"steps\", got " + said(document));
            return null;
        }
        known(object, DEFINITION, at);
        String name = text(object, "workflow", at, true);
        Step body = object.has("steps") ? readBody(member(object, "steps"), at + "/steps") : missing(at, "steps");
        int atMost = whole(object, "atMost", at, Definition.DEFAULT_AT_MOST, 1);
        Map<String, StateKey> keys = new LinkedHashMap<>();
        each(object, "keys", at, (key, value, place) -> keys.put(key, readKey(value, place)));
        Map<String, Resource> resources = new LinkedHashMap<>();
        each(object, "resources", at, (key, value, place) -> {
            Resource resource = readResource(value, place);
            if (resource != null) {
                resources.put(key, resource);
            }
        });
        JsonSchema input = readSchema(object, "input", at);
        return name.isBlank()
                ? null
                : new Definition(
                        name,
                        text(object, "version", at, false),
                        text(object, "description", at, false),
                        input,
                        object.get("output").orElse(StepOptions.GIVEN),
                        keys,
                        resources,
                        atMost,
                        body);
    }

    private StateKey readKey(Json json, String at) {
        if (!(json instanceof Json.Obj object)) {
            wrong("reader.wrong_type", at, "expected an object, got " + said(json));
            return StateKey.ANY;
        }
        known(object, List.of("schema", "reducer", "initial"), at);
        return new StateKey(
                readSchema(object, "schema", at),
                word(object, "reducer", at, Reducer.class, Reducer.REPLACE),
                object.get("initial").map(List::of).orElse(List.of()));
    }

    private @Nullable Resource readResource(Json json, String at) {
        if (json instanceof Json.Num) {
            int size = whole(json, at, 1, 1);
            return new Resource.Pool(size);
        }
        if (!(json instanceof Json.Obj object)) {
            wrong(
                    "reader.wrong_type",
                    at,
                    "expected a number, or an object with \"rate\" and \"per\", got " + said(json));
            return null;
        }
        known(object, List.of("rate", "per"), at);
        int size = object.has("rate") ? whole(member(object, "rate"), at + "/rate", 1, 1) : 1;
        if (!object.has("rate")) {
            missing(at, "rate");
        }
        Duration per = duration(object, "per", at);
        if (per.isZero()) {
            if (!object.has("per")) {
                missing(at, "per");
            } else {
                wrong("reader.wrong_value", at + "/per", "a rate's period must be longer than nothing");
            }
            return null;
        }
        return new Resource.Rate(size, per);
    }

    // Steps

    /** One step, or an array of steps: a sequence. */
    Step readBody(Json json, String at) {
        if (json instanceof Json.Arr array) {
            return new Step.Sequence(StepOptions.NONE, readSteps(array, at));
        }
        return readStep(json, at, List.of());
    }

    private List<Step> readSteps(Json json, String at) {
        List<Step> steps = new ArrayList<>();
        if (!(json instanceof Json.Arr array)) {
            wrong("reader.wrong_type", at, "expected an array of steps, got " + said(json));
            return steps;
        }
        for (int i = 0; i < array.size(); i++) {
            steps.add(readStep(array.get(i), at + "/" + i, List.of()));
        }
        return steps;
    }

    private Step readStep(Json json, String at, List<String> more) {
        if (!(json instanceof Json.Obj object)) {
            wrong("reader.wrong_type", at, "expected a step, that is an object, got " + said(json));
            return NOTHING;
        }
        List<String> kinds = KINDS.stream().filter(object::has).toList();
        if (kinds.isEmpty()) {
            wrong(
                    "reader.no_kind",
                    at,
                    "a step needs one member that says what it does; it has "
                            + String.join(", ", object.members().keySet()),
                    "one of " + String.join(", ", KINDS));
            return NOTHING;
        }
        if (kinds.size() > 1) {
            wrong(
                    "reader.two_kinds",
                    at,
                    "a step does one thing, this has " + String.join(" and ", kinds),
                    "make two steps of it");
            return NOTHING;
        }
        String kind = kinds.getFirst();
        Set<String> allowed = new LinkedHashSet<>();
        allowed.add(kind);
        allowed.addAll(MEMBERS.getOrDefault(kind, List.of()));
        allowed.addAll(OPTIONS);
        allowed.addAll(more);
        known(object, allowed, at);
        StepOptions options = readOptions(object, at);
        try {
            return readKind(kind, object, options, at);
        } catch (IllegalArgumentException e) {
            wrong("reader.wrong_value", at, String.valueOf(e.getMessage()));
            return NOTHING;
        }
    }

    private Step readKind(String kind, Json.Obj object, StepOptions options, String at) {
        return switch (kind) {
            case "agent" -> new Step.Agent(options, name(object, kind, at), text(object, "session", at, false));
            case "tool" -> new Step.Tool(options, name(object, kind, at));
            case "function" -> new Step.Function(options, name(object, kind, at));
            case "script" -> new Step.Script(options, name(object, kind, at), text(object, "code", at, true));
            case "transform" -> new Step.Transform(options, text(object, kind, at, true));
            case "sequence" -> new Step.Sequence(options, readSteps(member(object, kind), at + "/" + kind));
            case "parallel" ->
                new Step.Parallel(
                        options,
                        readSteps(member(object, kind), at + "/" + kind),
                        whole(object, "atMost", at, 0, 1),
                        flag(object, "failFast", at, true));
            case "when" ->
                new Step.When(
                        options, text(object, kind, at, true), required(object, "then", at), otherwise(object, at));
            case "switch" -> {
                Map<String, Step> cases = new LinkedHashMap<>();
                wanted(object, "cases", at);
                each(object, "cases", at, (is, then, place) -> cases.put(is, readBody(then, place)));
                yield new Step.Switch(options, text(object, kind, at, true), cases, otherwise(object, at));
            }
            case "route" -> {
                Map<String, Step.Choice> choices = new LinkedHashMap<>();
                wanted(object, "choices", at);
                each(object, "choices", at, (name, choice, place) -> choices.put(name, readChoice(choice, place)));
                yield new Step.Route(options, name(object, kind, at), choices);
            }
            case "loop" ->
                new Step.Loop(
                        options,
                        readBody(member(object, kind), at + "/" + kind),
                        text(object, "while", at, false),
                        text(object, "until", at, false),
                        whole(object, "atMost", at, 0, 1),
                        text(object, "reason", at, false));
            case "map" ->
                new Step.ForEach(
                        options,
                        text(object, kind, at, true),
                        required(object, "do", at),
                        whole(object, "atMost", at, 0, 1),
                        flag(object, "failFast", at, true),
                        object.has("reduce")
                                ? List.of(word(object, "reduce", at, Reducer.class, Reducer.REPLACE))
                                : List.of());
            case "graph" ->
                new Step.Graph(
                        options,
                        readNodes(member(object, kind), at + "/" + kind),
                        whole(object, "atMost", at, 0, 1),
                        flag(object, "failFast", at, true));
            case "workflow" -> new Step.SubWorkflow(options, name(object, kind, at));
            case "wait" -> new Step.Wait(options, readEvent(member(object, kind), at + "/" + kind));
            case "approval" -> new Step.Approval(options, text(object, kind, at, true), otherwise(object, at));
            case "ask" -> new Step.Ask(options, text(object, kind, at, true));
            case "handoff" ->
                new Step.Handoff(
                        options, names(object, kind, at), whole(object, "atMost", at, Step.Handoff.DEFAULT_AT_MOST, 1));
            case "supervisor" ->
                new Step.Supervisor(
                        options,
                        name(object, kind, at),
                        names(object, "agents", at),
                        whole(object, "atMost", at, Step.Supervisor.DEFAULT_AT_MOST, 1));
            case "step" -> {
                Json with = object.get("with").orElse(Json.Obj.EMPTY);
                if (!(with instanceof Json.Obj)) {
                    wrong("reader.wrong_type", at + "/with", "expected an object, got " + said(with));
                }
                yield new Step.Custom(
                        options, name(object, kind, at), with instanceof Json.Obj settings ? settings : Json.Obj.EMPTY);
            }
            default -> throw new AssertionError("kind " + kind + " is not read");
        };
    }

    private Step.Choice readChoice(Json json, String at) {
        if (!(json instanceof Json.Obj object)) {
            wrong("reader.wrong_type", at, "expected an object with \"description\" and \"do\", got " + said(json));
            return new Step.Choice("", NOTHING);
        }
        known(object, List.of("description", "do"), at);
        return new Step.Choice(text(object, "description", at, false), required(object, "do", at));
    }

    private List<Step.Node> readNodes(Json json, String at) {
        List<Step.Node> nodes = new ArrayList<>();
        if (!(json instanceof Json.Arr array)) {
            wrong("reader.wrong_type", at, "expected an array of steps, got " + said(json));
            return nodes;
        }
        for (int i = 0; i < array.size(); i++) {
            String place = at + "/" + i;
            List<String> dependsOn = array.get(i) instanceof Json.Obj object && object.has("dependsOn")
                    ? names(object, "dependsOn", place)
                    : List.of();
            nodes.add(new Step.Node(readStep(array.get(i), place, List.of("dependsOn")), dependsOn));
        }
        return nodes;
    }

    private Step.Wait.Event readEvent(Json json, String at) {
        if (json instanceof Json.Str) {
            return new Step.Wait.Event.Elapsed(duration(json, at));
        }
        if (json instanceof Json.Obj object && object.size() == 1) {
            if (object.has("until")) {
                return new Step.Wait.Event.Time(text(object, "until", at, true));
            }
            if (object.has("signal")) {
                return new Step.Wait.Event.Signal(name(object, "signal", at));
            }
        }
        wrong(
                "reader.wrong_type",
                at,
                "expected a duration, {\"until\": time} or {\"signal\": name}, got " + said(json));
        return new Step.Wait.Event.Elapsed(Duration.ZERO);
    }

    private StepOptions readOptions(Json.Obj object, String at) {
        return new StepOptions(
                text(object, "name", at, false),
                text(object, "as", at, false),
                object.get("input").orElse(StepOptions.PREVIOUS),
                object.get("output").orElse(StepOptions.GIVEN),
                readSchema(object, "schema", at),
                readPolicy(object, at));
    }

    private Policy readPolicy(Json.Obj object, String at) {
        Map<String, Integer> needs = new LinkedHashMap<>();
        each(object, "needs", at, (name, amount, place) -> needs.put(name, whole(amount, place, 1, 1)));
        return new Policy(
                duration(object, "timeout", at),
                object.has("retry") ? readRetry(member(object, "retry"), at + "/retry") : StepRetry.NONE,
                object.has("onError") ? readOnError(member(object, "onError"), at + "/onError") : OnError.FAIL,
                object.has("compensate")
                        ? List.of(readBody(member(object, "compensate"), at + "/compensate"))
                        : List.of(),
                object.has("budget") ? readBudget(member(object, "budget"), at + "/budget") : Limits.NONE,
                duration(object, "deadline", at),
                whole(object, "priority", at, 0, Integer.MIN_VALUE),
                needs);
    }

    private StepRetry readRetry(Json json, String at) {
        if (json instanceof Json.Num) {
            return StepRetry.attempts(whole(json, at, 1, 1));
        }
        if (!(json instanceof Json.Obj object)) {
            wrong("reader.wrong_type", at, "expected a number, or an object with \"attempts\", got " + said(json));
            return StepRetry.NONE;
        }
        known(object, List.of("attempts", "delay", "backoff", "longest", "jitter"), at);
        wanted(object, "attempts", at);
        double jitter = 0;
        Json lot = object.get("jitter").orElse(Json.of(0));
        if (lot instanceof Json.Num number && number.doubleValue() >= 0 && number.doubleValue() <= 1) {
            jitter = number.doubleValue();
        } else {
            wrong("reader.wrong_value", at + "/jitter", "expected a number from 0 to 1, got " + said(lot));
        }
        return new StepRetry(
                whole(object, "attempts", at, 1, 1),
                duration(object, "delay", at),
                word(object, "backoff", at, StepRetry.Backoff.class, StepRetry.Backoff.FIXED),
                duration(object, "longest", at),
                jitter);
    }

    private OnError readOnError(Json json, String at) {
        if (json instanceof Json.Str word) {
            switch (word.value()) {
                case "fail" -> {
                    return OnError.FAIL;
                }
                case "continue" -> {
                    return OnError.CONTINUE;
                }
                default -> {}
            }
        }
        if (json instanceof Json.Obj object && object.size() == 1) {
            if (object.has("value")) {
                return new OnError.Value(member(object, "value"));
            }
            if (object.has("do")) {
                return new OnError.Run(readBody(member(object, "do"), at + "/do"));
            }
        }
        wrong(
                "reader.wrong_value",
                at,
                "expected \"fail\", \"continue\", {\"value\": …} or {\"do\": steps}, got " + said(json));
        return OnError.FAIL;
    }

    private Limits readBudget(Json json, String at) {
        if (!(json instanceof Json.Obj object)) {
            wrong(
                    "reader.wrong_type",
                    at,
                    "expected an object with \"inputTokens\", \"outputTokens\" or \"usd\", got " + said(json));
            return Limits.NONE;
        }
        known(object, List.of("inputTokens", "outputTokens", "usd"), at);
        BigDecimal usd = BigDecimal.ZERO;
        Json money = object.get("usd").orElse(Json.of(0));
        if (money instanceof Json.Num number && number.value().signum() >= 0) {
            usd = number.value();
        } else {
            wrong("reader.wrong_value", at + "/usd", "expected a number of US$, at least 0, got " + said(money));
        }
        return new Limits(
                0, 0, tokens(object, "inputTokens", at), tokens(object, "outputTokens", at), usd, Duration.ZERO);
    }

    // Members

    private interface Member {
        void read(String name, Json value, String at);
    }

    private void each(Json.Obj object, String name, String at, Member reader) {
        Json value = object.get(name).orElse(Json.Obj.EMPTY);
        String place = at + "/" + name;
        if (value instanceof Json.Obj members) {
            members.forEach((key, one) -> reader.read(key, one, place + "/" + escaped(key)));
        } else {
            wrong("reader.wrong_type", place, "expected an object, got " + said(value));
        }
    }

    private Step required(Json.Obj object, String name, String at) {
        return object.has(name) ? readBody(member(object, name), at + "/" + name) : missing(at, name);
    }

    private List<Step> otherwise(Json.Obj object, String at) {
        return object.has("otherwise") ? List.of(readBody(member(object, "otherwise"), at + "/otherwise")) : List.of();
    }

    private void wanted(Json.Obj object, String name, String at) {
        if (!object.has(name)) {
            missing(at, name);
        }
    }

    private Step missing(String at, String name) {
        wrong("reader.missing", at, "\"" + name + "\" is missing");
        return NOTHING;
    }

    private void known(Json.Obj object, Iterable<String> allowed, String at) {
        Set<String> names = new LinkedHashSet<>();
        allowed.forEach(names::add);
        object.forEach((name, value) -> {
            if (!names.contains(name)) {
                wrong(
                        "reader.unknown_member",
                        at + "/" + escaped(name),
                        "\"" + name + "\" means nothing here",
                        "known are " + String.join(", ", names));
            }
        });
    }

    private static Json member(Json.Obj object, String name) {
        return object.get(name).orElse(Json.NULL);
    }

    private String text(Json.Obj object, String name, String at, boolean required) {
        Json value = object.get(name).orElse(null);
        if (value == null) {
            if (required) {
                missing(at, name);
            }
            return "";
        }
        if (value instanceof Json.Str text) {
            return text.value();
        }
        // What looks like a number or a boolean to a reader of YAML is still the text that was written.
        if (value instanceof Json.Num || value instanceof Json.Bool) {
            return value.toString();
        }
        wrong("reader.wrong_type", at + "/" + name, "expected text, got " + said(value));
        return "";
    }

    private String name(Json.Obj object, String member, String at) {
        String name = text(object, member, at, true);
        if (name.isBlank() && object.get(member).orElse(Json.NULL) instanceof Json.Str) {
            wrong("reader.wrong_value", at + "/" + member, "expected a name, got " + said(member(object, member)));
        }
        return name.isBlank() ? "?" : name;
    }

    private List<String> names(Json.Obj object, String member, String at) {
        Json value = object.get(member).orElse(null);
        List<String> names = new ArrayList<>();
        if (value == null) {
            missing(at, member);
        } else if (value instanceof Json.Arr array) {
            for (int i = 0; i < array.size(); i++) {
                if (array.get(i) instanceof Json.Str text && !text.value().isBlank()) {
                    names.add(text.value());
                } else {
                    wrong(
                            "reader.wrong_type",
                            at + "/" + member + "/" + i,
                            "expected a name, got " + said(array.get(i)));
                }
            }
        } else {
            wrong("reader.wrong_type", at + "/" + member, "expected an array of names, got " + said(value));
        }
        return names;
    }

    private boolean flag(Json.Obj object, String name, String at, boolean otherwise) {
        Json value = object.get(name).orElse(Json.of(otherwise));
        if (value instanceof Json.Bool flag) {
            return flag.value();
        }
        wrong("reader.wrong_type", at + "/" + name, "expected true or false, got " + said(value));
        return otherwise;
    }

    private int whole(Json.Obj object, String name, String at, int otherwise, int least) {
        return object.has(name) ? whole(member(object, name), at + "/" + name, otherwise, least) : otherwise;
    }

    private int whole(Json value, String at, int otherwise, int least) {
        try {
            long number = value.asLong();
            if (number >= least && number <= Integer.MAX_VALUE) {
                return (int) number;
            }
        } catch (TenonException e) {
            // Said below.
        }
        wrong(
                "reader.wrong_value",
                at,
                "expected a whole number"
                        + (least == Integer.MIN_VALUE ? " of 32 bits" : " from " + least + " to " + Integer.MAX_VALUE)
                        + ", got " + said(value));
        return otherwise;
    }

    private long tokens(Json.Obj object, String name, String at) {
        Json value = object.get(name).orElse(Json.of(0));
        try {
            if (value.asLong() >= 0) {
                return value.asLong();
            }
        } catch (TenonException e) {
            // Said below.
        }
        wrong("reader.wrong_value", at + "/" + name, "expected a number of tokens, at least 0, got " + said(value));
        return 0;
    }

    private <E extends Enum<E>> E word(Json.Obj object, String name, String at, Class<E> type, E otherwise) {
        Json value = object.get(name).orElse(null);
        if (value == null) {
            return otherwise;
        }
        List<String> words = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            words.add(DefinitionWriter.word(constant));
            if (value instanceof Json.Str text && text.value().equals(words.getLast())) {
                return constant;
            }
        }
        wrong(
                "reader.wrong_value",
                at + "/" + name,
                "expected one of " + String.join(", ", words) + ", got " + said(value));
        return otherwise;
    }

    private Duration duration(Json.Obj object, String name, String at) {
        return object.has(name) ? duration(member(object, name), at + "/" + name) : Duration.ZERO;
    }

    private Duration duration(Json value, String at) {
        if (value instanceof Json.Str text) {
            Matcher words = SHORT_DURATION.matcher(text.value().strip().toLowerCase(Locale.ROOT));
            if (words.matches()) {
                long amount = Long.parseLong(words.group(1));
                return switch (words.group(2)) {
                    case "ms" -> Duration.ofMillis(amount);
                    case "s" -> Duration.ofSeconds(amount);
                    case "m" -> Duration.ofMinutes(amount);
                    case "h" -> Duration.ofHours(amount);
                    default -> Duration.ofDays(amount);
                };
            }
            try {
                Duration read = Duration.parse(text.value());
                if (!read.isNegative()) {
                    return read;
                }
            } catch (DateTimeParseException | ArithmeticException e) {
                // Said below.
            }
        }
        wrong(
                "reader.wrong_value",
                at,
                "expected a duration, such as \"500ms\", \"30s\", \"5m\", \"2h\", \"3d\" or \"PT1M30S\", got "
                        + said(value));
        return Duration.ZERO;
    }

    private JsonSchema readSchema(Json.Obj object, String name, String at) {
        if (!object.has(name)) {
            return JsonSchema.ANY;
        }
        try {
            return JsonSchema.of(member(object, name));
        } catch (TenonException e) {
            wrong("reader.broken_schema", at + "/" + name, String.valueOf(e.getMessage()));
            return JsonSchema.ANY;
        }
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    private static String said(Json value) {
        String text = value.toString();
        return value.kind() + (text.length() <= 60 ? " " + text : " " + text.substring(0, 57) + "…");
    }

    private void wrong(String rule, String at, String message) {
        wrong(rule, at, message, "");
    }

    private void wrong(String rule, String at, String message, String hint) {
        problems.add(new Problem(rule, at, message, hint));
    }
}
