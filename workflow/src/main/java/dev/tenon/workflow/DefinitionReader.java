package dev.tenon.workflow;

import dev.tenon.json.Json;
import dev.tenon.provider.ModelSettings;
import dev.tenon.run.Limits;
import dev.tenon.schema.JsonSchema;
import dev.tenon.workflow.document.Document;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Makes definitions of documents. What a document may hold is {@link Forms}'; here what fits becomes values. Whether names mean anything and expressions can be read is
 * {@link Checker}'s.
 */
final class DefinitionReader {
    private DefinitionReader() {}

    static Definition definition(Json document) {
        Objects.requireNonNull(document, "document");
        refuseTooDeep(document);
        Problems problems = new Problems();
        Definition read = read(document, problems);
        if (!problems.none()) {
            throw new WorkflowException(name(document), problems.all());
        }
        return read;
    }

    static Definition definition(Document document) {
        Problems problems = new Problems(document);
        Definition read = document.unread() ? null : read(document.value(), problems);
        if (read == null || !problems.none()) {
            throw new WorkflowException(name(document.value()), problems.all());
        }
        return read;
    }

    static Step step(Json json) {
        Objects.requireNonNull(json, "json");
        refuseTooDeep(json);
        Problems problems = new Problems();
        Json fitting = Forms.BODY.read(json, "", problems);
        if (!problems.none()) {
            throw new WorkflowException("", problems.all());
        }
        return body(fitting);
    }

    /** As a file that goes so deep is: what reads it calls itself for each level. */
    private static void refuseTooDeep(Json json) {
        if (json.depth() > Document.MAX_DEPTH) {
            throw new IllegalArgumentException("expected at most " + Document.MAX_DEPTH + " levels of steps, got "
                    + json.depth() + "; make sub-workflows of inner parts");
        }
    }

    /** @throws UncheckedIOException where it cannot be read */
    static Document document(Path file) {
        Objects.requireNonNull(file, "file");
        try (InputStream bytes = Files.newInputStream(file)) {
            // One byte more than is allowed is enough to see that it is too long.
            return Document.of(file.toString(), bytes.readNBytes(Document.MAX_BYTES + 1));
        } catch (IOException e) {
            throw new UncheckedIOException("the workflow " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    static String name(Json document) {
        return document instanceof Json.Obj object ? object.string("workflow").orElse("") : "";
    }

    /** What a document says, or the nearest to it that can be said: what is wrong is noted. */
    static Definition read(Json document, Problems problems) {
        return definition(Forms.WORKFLOW.read(document, "", problems).asObj());
    }

    private static Definition definition(Json.Obj object) {
        List<Definition> workflows = new ArrayList<>();
        items(object, "workflows").forEach(other -> workflows.add(definition(other.asObj())));
        return new Definition(
                text(object, "workflow"),
                text(object, "version"),
                text(object, "description"),
                schema(object, "input"),
                object.get("output").orElse(StepOptions.GIVEN),
                entries(object, "keys", DefinitionReader::key),
                entries(object, "resources", DefinitionReader::resource),
                entries(object, "agents", DefinitionReader::agent),
                workflows,
                whole(object, "atMost", Definition.DEFAULT_AT_MOST),
                body(member(object, "steps")));
    }

    private static StateKey key(Json json) {
        Json.Obj object = json.asObj();
        return new StateKey(
                schema(object, "schema"),
                word(object, "reducer", Reducer.class, Reducer.REPLACE),
                object.get("initial").map(List::of).orElse(List.of()));
    }

    private static Resource resource(Json json) {
        return json instanceof Json.Obj object
                ? new Resource.Rate(whole(object, "rate", 1), duration(object, "per"))
                : new Resource.Pool((int) json.asLong());
    }

    private static AgentDefinition agent(Json json) {
        Json.Obj object = json.asObj();
        return new AgentDefinition(
                text(object, "provider"),
                text(object, "model"),
                text(object, "instructions"),
                names(object, "tools"),
                schema(object, "output"),
                new ModelSettings(object.get("settings")
                        .map(Json::asObj)
                        .orElse(Json.Obj.EMPTY)
                        .members()),
                object.get("limits").map(DefinitionReader::limits).orElse(Limits.DEFAULT));
    }

    private static Limits limits(Json json) {
        Json.Obj object = json.asObj();
        return new Limits(
                whole(object, "steps", Limits.DEFAULT.steps()),
                whole(object, "toolCalls", 0),
                tokens(object, "inputTokens"),
                tokens(object, "outputTokens"),
                number(object, "usd"),
                duration(object, "wallTime"));
    }

    // Steps

    /** One step, or an array of steps: a sequence. */
    private static Step body(Json json) {
        return json instanceof Json.Arr array
                ? new Step.Sequence(StepOptions.NONE, steps(array))
                : step(json.asObj(), options(json.asObj()));
    }

    private static List<Step> steps(Json json) {
        List<Step> steps = new ArrayList<>();
        json.asArr().forEach(step -> steps.add(step(step.asObj(), options(step.asObj()))));
        return steps;
    }

    private static Step step(Json.Obj object, StepOptions options) {
        Form.Kind kind = Forms.KINDS.stream()
                .filter(one -> object.has(one.what().name()))
                .findFirst()
                .orElseThrow();
        String what = kind.what().name();
        Json value = member(object, what);
        return switch (what) {
            case "agent" -> new Step.Agent(options, value.asString(), text(object, "session"));
            case "tool" -> new Step.Tool(options, value.asString());
            case "function" -> new Step.Function(options, value.asString());
            case "script" -> new Step.Script(options, value.asString(), text(object, "code"));
            case "transform" -> new Step.Transform(options, value.asString());
            case "sequence" -> new Step.Sequence(options, steps(value));
            case "parallel" -> new Step.Parallel(options, steps(value), whole(object, "atMost", 0), failFast(object));
            case "when" -> new Step.When(options, value.asString(), body(member(object, "then")), otherwise(object));
            case "switch" ->
                new Step.Switch(
                        options, value.asString(), entries(object, "cases", DefinitionReader::body), otherwise(object));
            case "route" ->
                new Step.Route(options, value.asString(), entries(object, "choices", DefinitionReader::choice));
            case "loop" ->
                new Step.Loop(
                        options,
                        body(value),
                        text(object, "while"),
                        text(object, "until"),
                        whole(object, "atMost", 0),
                        text(object, "reason"));
            case "map" ->
                new Step.ForEach(
                        options,
                        value.asString(),
                        body(member(object, "do")),
                        whole(object, "atMost", 0),
                        failFast(object),
                        object.has("reduce")
                                ? List.of(word(object, "reduce", Reducer.class, Reducer.REPLACE))
                                : List.of());
            case "graph" -> new Step.Graph(options, nodes(value), whole(object, "atMost", 0), failFast(object));
            case "wait" -> new Step.Wait(options, event(value));
            case "approval" -> new Step.Approval(options, value.asString(), otherwise(object));
            case "ask" -> new Step.Ask(options, value.asString());
            case "handoff" ->
                new Step.Handoff(options, names(object, what), whole(object, "atMost", Step.Handoff.DEFAULT_AT_MOST));
            case "supervisor" ->
                new Step.Supervisor(
                        options,
                        value.asString(),
                        names(object, "agents"),
                        whole(object, "atMost", Step.Supervisor.DEFAULT_AT_MOST));
            case "step" ->
                new Step.Custom(
                        options,
                        value.asString(),
                        object.get("with").map(Json::asObj).orElse(Json.Obj.EMPTY));
            case "workflow" -> new Step.SubWorkflow(options, value.asString());
            default -> throw new AssertionError("kind " + what + " is not read");
        };
    }

    private static Step.Choice choice(Json json) {
        Json.Obj object = json.asObj();
        return new Step.Choice(text(object, "description"), body(member(object, "do")));
    }

    private static List<Step.Node> nodes(Json json) {
        List<Step.Node> nodes = new ArrayList<>();
        for (Json node : json.asArr()) {
            Json.Obj object = node.asObj();
            nodes.add(new Step.Node(step(object, options(object)), names(object, "dependsOn")));
        }
        return nodes;
    }

    private static Step.Wait.Event event(Json json) {
        if (json instanceof Json.Str text) {
            return new Step.Wait.Event.Elapsed(duration(text.value()));
        }
        Json.Obj object = json.asObj();
        return object.has("until")
                ? new Step.Wait.Event.Time(text(object, "until"))
                : new Step.Wait.Event.Signal(text(object, "signal"));
    }

    private static StepOptions options(Json.Obj object) {
        return new StepOptions(
                text(object, "name"),
                text(object, "as"),
                object.get("input").orElse(StepOptions.PREVIOUS),
                object.get("output").orElse(StepOptions.GIVEN),
                schema(object, "schema"),
                policy(object));
    }

    private static Policy policy(Json.Obj object) {
        Policy policy = new Policy(
                duration(object, "timeout"),
                object.get("retry").map(DefinitionReader::retry).orElse(StepRetry.NONE),
                object.get("onError").map(DefinitionReader::onError).orElse(OnError.FAIL),
                object.get("compensate").map(undo -> List.of(body(undo))).orElse(List.of()),
                object.get("budget").map(DefinitionReader::budget).orElse(Limits.NONE),
                duration(object, "deadline"),
                whole(object, "priority", 0),
                entries(object, "needs", amount -> (int) amount.asLong()));
        return policy.equals(Policy.NONE) ? Policy.NONE : policy;
    }

    private static StepRetry retry(Json json) {
        return json instanceof Json.Obj object
                ? new StepRetry(
                        whole(object, "attempts", 1),
                        duration(object, "delay"),
                        word(object, "backoff", StepRetry.Backoff.class, StepRetry.Backoff.FIXED),
                        duration(object, "longest"),
                        number(object, "jitter").doubleValue())
                : StepRetry.attempts((int) json.asLong());
    }

    private static OnError onError(Json json) {
        if (json instanceof Json.Str word) {
            return word.value().equals("continue") ? OnError.CONTINUE : OnError.FAIL;
        }
        Json.Obj object = json.asObj();
        return object.has("do")
                ? new OnError.Run(body(member(object, "do")))
                : new OnError.Value(member(object, "value"));
    }

    private static Limits budget(Json json) {
        Json.Obj object = json.asObj();
        return new Limits(
                0,
                0,
                tokens(object, "inputTokens"),
                tokens(object, "outputTokens"),
                number(object, "usd"),
                Duration.ZERO);
    }

    // Members

    private static <T> Map<String, T> entries(Json.Obj object, String name, Function<Json, T> read) {
        Map<String, T> entries = new LinkedHashMap<>();
        object.get(name)
                .map(Json::asObj)
                .orElse(Json.Obj.EMPTY)
                .forEach((key, value) -> entries.put(key, read.apply(value)));
        return entries;
    }

    private static List<Step> otherwise(Json.Obj object) {
        return object.get("otherwise").map(step -> List.of(body(step))).orElse(List.of());
    }

    private static boolean failFast(Json.Obj object) {
        return !object.get("failFast").orElse(Json.NULL).equals(Json.of(false));
    }

    private static Json.Arr items(Json.Obj object, String name) {
        return object.get(name).map(Json::asArr).orElse(Json.Arr.EMPTY);
    }

    private static List<String> names(Json.Obj object, String name) {
        List<String> names = new ArrayList<>();
        items(object, name).forEach(one -> names.add(one.asString()));
        return names;
    }

    private static Json member(Json.Obj object, String name) {
        return object.get(name).orElse(Json.NULL);
    }

    private static String text(Json.Obj object, String name) {
        return object.string(name).orElse("");
    }

    private static int whole(Json.Obj object, String name, int otherwise) {
        return (int) object.get(name).map(Json::asLong).orElse((long) otherwise).longValue();
    }

    private static long tokens(Json.Obj object, String name) {
        return object.get(name).map(Json::asLong).orElse(0L);
    }

    private static BigDecimal number(Json.Obj object, String name) {
        return object.get(name).orElse(Json.NULL) instanceof Json.Num number ? number.value() : BigDecimal.ZERO;
    }

    private static <E extends Enum<E>> E word(Json.Obj object, String name, Class<E> type, E otherwise) {
        return object.string(name)
                .map(word -> Enum.valueOf(type, word.toUpperCase(Locale.ROOT)))
                .orElse(otherwise);
    }

    private static JsonSchema schema(Json.Obj object, String name) {
        return object.get(name).map(JsonSchema::of).orElse(JsonSchema.ANY);
    }

    private static Duration duration(Json.Obj object, String name) {
        return object.string(name).map(DefinitionReader::duration).orElse(Duration.ZERO);
    }

    /** @throws java.time.format.DateTimeParseException where there is no duration so long */
    static Duration duration(String text) {
        if (text.startsWith("P")) {
            return Duration.parse(text);
        }
        String unit = text.replaceAll("[0-9 ]", "");
        long amount =
                Long.parseLong(text.substring(0, text.length() - unit.length()).strip());
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }
}
