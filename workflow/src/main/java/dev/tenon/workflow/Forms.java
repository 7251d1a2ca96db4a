package dev.tenon.workflow;

import dev.tenon.json.Json;
import dev.tenon.workflow.Form.Either;
import dev.tenon.workflow.Form.Entries;
import dev.tenon.workflow.Form.Items;
import dev.tenon.workflow.Form.Kind;
import dev.tenon.workflow.Form.Member;
import dev.tenon.workflow.Form.Members;
import dev.tenon.workflow.Form.Named;
import dev.tenon.workflow.Form.OneStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How a document of a definition is built: every member of it, what it may be, and a line for people. */
final class Forms {
    private static final Form ANY = new Form.Anything();
    private static final Form TEXT = new Form.Text();
    private static final Form NAME = new Form.Name();
    private static final Form SPAN = new Form.Span(false);
    private static final Form SCHEMA = new Form.Schema();
    private static final Form COUNT = new Form.Whole(1, Integer.MAX_VALUE);
    private static final Form CALLS = new Form.Whole(0, Integer.MAX_VALUE);
    private static final Form TOKENS = new Form.Whole(0, Long.MAX_VALUE);
    private static final Form NAMES = new Items("names", NAME);

    /** One step. */
    static final Form STEP = new Named("step", () -> Forms.ONE_STEP);

    /** A step of a graph. */
    private static final Form NODE = new Named("node", () -> Forms.ONE_NODE);

    private static final Form STEPS = new Items("steps", STEP);

    /** A step, or an array of steps that are done one after the other. */
    static final Form BODY = new Named("body", () -> Forms.STEP_OR_STEPS);

    /** A document. */
    static final Form WORKFLOW = new Named("workflow", () -> Forms.DOCUMENT);

    private static final Member AT_MOST = Member.of("atMost", COUNT, "how many at once, or how often");
    private static final Member FAIL_FAST = Member.of(
            "failFast", new Form.Flag(true), "whether one that fails stops the others; true where it is not said");
    private static final Member OTHERWISE = Member.of("otherwise", BODY, "done where it is not so");

    private static final Form RETRY = Either.of(
            "a number, or an object with \"attempts\"",
            COUNT,
            Members.of(
                    "an object",
                    Member.required("attempts", COUNT, "how often in all"),
                    Member.of("delay", SPAN, "the pause before the second attempt"),
                    Member.of("backoff", Form.Word.of(StepRetry.Backoff.values()), "how the pauses grow"),
                    Member.of("longest", SPAN, "no pause is longer"),
                    Member.of("jitter", new Form.Amount(1), "what part of a pause is drawn by lot")));

    private static final Form ON_ERROR = Either.of(
            "\"fail\", \"continue\", {\"value\": …} or {\"do\": steps}",
            new Form.Word(List.of("fail", "continue")),
            Members.oneOf(
                    "{\"value\": …} or {\"do\": steps}",
                    Member.of("value", ANY, "this is the output instead; a mapping, with $error"),
                    Member.of("do", BODY, "this is done instead, with $error")));

    private static final Form BUDGET = Members.of(
            "an object with \"inputTokens\", \"outputTokens\" or \"usd\"",
            Member.of("inputTokens", TOKENS, "tokens of requests"),
            Member.of("outputTokens", TOKENS, "tokens of replies"),
            Member.of("usd", new Form.Amount(-1), "US$"));

    /** What any step may have. */
    private static final List<Member> OPTIONS = List.of(
            Member.of("name", TEXT, "by which people, records and other steps know it"),
            Member.of("as", TEXT, "the key of the state that the output is written to"),
            Member.of("input", ANY, "the input: a mapping, in whose texts {{expression}} is put in"),
            Member.of("output", ANY, "the output: a mapping, in which $output is what the step gave"),
            Member.of("schema", SCHEMA, "what the output must fit"),
            Member.of("timeout", SPAN, "of each attempt"),
            Member.of("retry", RETRY, "how often it is tried"),
            Member.of("onError", ON_ERROR, "what becomes of a failure after the last attempt"),
            Member.of("compensate", BODY, "what undoes it when what it is part of fails later"),
            Member.of("budget", BUDGET, "what it and all below it may use"),
            Member.of("deadline", SPAN, "how long after the run began it must have ended"),
            Member.of(
                    "priority",
                    new Form.Whole(Integer.MIN_VALUE, Integer.MAX_VALUE),
                    "of steps that wait for resources the greatest goes first"),
            Member.of("needs", new Entries(COUNT), "how much of which resource"));

    private static final Form EVENT = Either.of(
            "a duration, {\"until\": time} or {\"signal\": name}",
            SPAN,
            Members.oneOf(
                    "{\"until\": time} or {\"signal\": name}",
                    Member.of("until", TEXT, "a time of ISO 8601; a mapping"),
                    Member.of("signal", NAME, "what is told to the run from outside")));

    private static final Form CHOICE = Members.of(
            "an object with \"description\" and \"do\"",
            Member.of("description", TEXT, "for the agent: when this is right"),
            Member.required("do", BODY, "what is done then"));

    static final List<Kind> KINDS = List.of(
            Kind.of("agent", NAME, "an agent is asked", Member.of("session", TEXT, "the conversation; a mapping")),
            Kind.of("tool", NAME, "a tool is called"),
            Kind.of("function", NAME, "a registered function is called"),
            Kind.of("script", NAME, "a script of this language is run", Member.required("code", TEXT, "the script")),
            Kind.of("transform", TEXT, "a value is computed by an expression"),
            Kind.of("sequence", STEPS, "one step after the other"),
            Kind.of("parallel", STEPS, "steps at once", AT_MOST, FAIL_FAST),
            Kind.of("when", TEXT, "a condition", Member.required("then", BODY, "done where it holds"), OTHERWISE),
            Kind.of(
                    "switch",
                    TEXT,
                    "an expression whose value says what is done",
                    Member.required("cases", new Entries(BODY), "what is done, by value"),
                    OTHERWISE),
            Kind.of(
                    "route",
                    NAME,
                    "an agent that chooses what is done",
                    Member.required("choices", new Entries(CHOICE), "from what it chooses")),
            Kind.of(
                    "loop",
                    BODY,
                    "steps again and again",
                    Member.of("while", TEXT, "a condition before each time"),
                    Member.of("until", TEXT, "a condition after each time"),
                    AT_MOST,
                    Member.of("reason", TEXT, "the key of the state that is told why it ended")),
            Kind.of(
                    "map",
                    TEXT,
                    "an expression that gives an array",
                    Member.required("do", BODY, "what is done for each item"),
                    AT_MOST,
                    FAIL_FAST,
                    Member.of("reduce", Form.Word.of(Reducer.values()), "how the outputs become one value")),
            Kind.of("graph", new Items("steps", NODE), "steps that depend on one another", AT_MOST, FAIL_FAST),
            Kind.of("wait", EVENT, "time passes, or something is waited for"),
            Kind.of("approval", TEXT, "a person is asked whether to go on", OTHERWISE),
            Kind.of("ask", TEXT, "a person is asked for a value"),
            Kind.of("handoff", NAMES, "agents that hand the work on to one another", AT_MOST),
            Kind.of(
                    "supervisor",
                    NAME,
                    "an agent that picks the next of others",
                    Member.required("agents", NAMES, "whom it may pick"),
                    AT_MOST),
            Kind.of(
                    "step",
                    NAME,
                    "a kind of step of your own",
                    Member.of("with", new Form.AnyObject(), "what that kind is told; a mapping")),
            Kind.of("workflow", NAME, "another workflow is run"));

    private static final Form KEY = Members.of(
            "an object",
            Member.of("schema", SCHEMA, "what a value must fit"),
            Member.of("reducer", Form.Word.of(Reducer.values()), "how writes become one value"),
            Member.of("initial", ANY, "the value before anything is written"));

    private static final Form RESOURCE = Either.of(
            "a number, or an object with \"rate\" and \"per\"",
            COUNT,
            Members.of(
                    "an object with \"rate\" and \"per\"",
                    Member.required("rate", COUNT, "so many"),
                    Member.required("per", new Form.Span(true), "in any period as long as this")));

    private static final Form LIMITS = Members.of(
            "an object with \"steps\", \"toolCalls\", \"inputTokens\", \"outputTokens\", \"usd\" or \"wallTime\"",
            Member.of("steps", CALLS, "model calls; 50 where it is not said, 0 for no limit"),
            Member.of("toolCalls", CALLS, "tool calls that run"),
            Member.of("inputTokens", TOKENS, "tokens of requests"),
            Member.of("outputTokens", TOKENS, "tokens of replies"),
            Member.of("usd", new Form.Amount(-1), "US$"),
            Member.of("wallTime", SPAN, "while it runs"));

    private static final Form AGENT = new Named(
            "agent",
            () -> Members.of(
                    "an object with \"provider\" and \"model\"",
                    Member.required("provider", NAME, "who serves the model, by the name of its factory"),
                    Member.required("model", NAME, "the model, in the provider's words"),
                    Member.of("instructions", TEXT, "what it is told before everything else"),
                    Member.of("tools", NAMES, "what it may call, by name"),
                    Member.of("output", SCHEMA, "what its answer must fit, where the step does not say"),
                    Member.of(
                            "settings",
                            new Form.AnyObject(),
                            "how the model should answer: temperature, max_output_tokens …"),
                    Member.of("limits", LIMITS, "what one run of it may use")));

    private static final Form STEP_OR_STEPS = Either.of("a step, that is an object, or an array of steps", STEPS, STEP);

    private static final Form ONE_STEP = step(false);
    private static final Form ONE_NODE = step(true);
    private static final Form DOCUMENT = workflow();

    private Forms() {}

    /** The members that tell the kind of a step. */
    static List<String> kinds() {
        return KINDS.stream().map(kind -> kind.what().name()).toList();
    }

    private static Form step(boolean node) {
        List<Member> options = new ArrayList<>(OPTIONS);
        if (node) {
            options.add(Member.of("dependsOn", NAMES, "the names of steps that must have ended"));
        }
        return new OneStep(KINDS, options);
    }

    private static Form workflow() {
        return Members.of(
                "an object with \"workflow\" and \"steps\"",
                Member.required("workflow", NAME, "the workflow's name"),
                Member.of("version", TEXT, "for people"),
                Member.of("description", TEXT, "what it is for"),
                Member.of("input", SCHEMA, "what the input must fit; its members are the first state"),
                Member.of("keys", new Entries(KEY), "what is known of keys of the state"),
                Member.of("resources", new Entries(RESOURCE), "what steps may need"),
                Member.of("agents", new Entries(AGENT), "agents, by name"),
                Member.of("workflows", new Items("workflows", WORKFLOW), "other workflows that steps may run"),
                Member.of("atMost", COUNT, "how many effects of one run at once; 64 where it is not said"),
                Member.required("steps", BODY, "what is done"),
                Member.of("output", ANY, "the output: a mapping, in which $output is what the last step gave"),
                Member.of("$schema", TEXT, "for editors"));
    }

    /** Everything above as one JSON Schema. */
    static Json.Obj schema() {
        Map<String, Json> definitions = new LinkedHashMap<>();
        for (Form form : List.of(WORKFLOW, AGENT, BODY, STEP, NODE)) {
            if (form instanceof Named named) {
                definitions.put(named.name(), named.form().get().schema());
            }
        }
        return Json.object()
                .put("$schema", "https://json-schema.org/draft/2020-12/schema")
                .put("title", "A workflow of Tenon")
                .put("$ref", "#/$defs/workflow")
                .put("$defs", Json.Obj.of(definitions))
                .build();
    }
}
