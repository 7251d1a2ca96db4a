package dev.tenon.workflow;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.tenon.json.Json;
import dev.tenon.run.Limits;
import dev.tenon.schema.JsonSchema;
import dev.tenon.scope.Key;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One step of a workflow, as data: what it does, and what holds for it besides ({@link StepOptions}). Immutable; each method that changes something makes a copy.
 *
 * <p><b>Mappings.</b> Input, output, questions and fallback values are JSON in which every text may hold expressions in double braces: {@code "Write about {{topic}}"} is a text
 * with a value put in, {@code "{{draft.sections}}"} alone is the value itself, {@code {"text": "{{draft}}", "most": 3}} an object of both. <code>\&#123;&#123;</code> is two braces.
 *
 * <p><b>Expressions</b> are <a href="https://jsonata.org">JSONata</a> over the state. Beside it they see {@code $last} (what the step before gave), {@code $input} (the workflow's input),
 * in a {@link ForEach} {@code $item} and {@code $index}, in a {@link Loop} {@code $iteration} from 0, in an output mapping {@code $output}, where something went wrong {@code $error}. Their
 * work and depth are bounded; {@code $now()}, {@code $millis()} and {@code $random()} come from the run, so that it can be folded again.
 *
 * <p><b>Conditions</b> are expressions, or the short form {@code path operator value}, which is not handed to JSONata: {@code score >= 0.9}, {@code $last.state == "done"}.
 *
 * <p>Users add kinds of steps with {@link StepType} and {@link #custom}.
 */
public sealed interface Step {
    /** What it has besides what it does. */
    StepOptions options();

    /** A copy with other options. */
    Step with(StepOptions other);

    // What steps do

    /**
     * An agent is asked. The input is the message: text as it is, anything else as JSON. The output is its answer: text, or where {@link StepOptions#schema()} is given a value that fits it.
     *
     * @param session the conversation, a mapping; empty for the one of the workflow's request
     */
    record Agent(StepOptions options, String agent, String session) implements Step {
        public Agent {
            Objects.requireNonNull(options, "options");
            Objects.requireNonNull(agent, "agent");
            needsName("an agent", agent);
            Objects.requireNonNull(session, "session");
        }

        @Override
        public Agent with(StepOptions other) {
            Objects.requireNonNull(other, "other");
            return new Agent(other, agent, session);
        }

        /** A copy in a conversation; the text is a mapping. */
        public Agent session(String mapping) {
            Objects.requireNonNull(mapping, "mapping");
            return new Agent(options, agent, mapping);
        }
    }

    /** A tool is called. The input is its arguments, an object. The output is what it gave: JSON where its text is JSON, else the text. */
    record Tool(StepOptions options, String tool) implements Step {
        public Tool {
            Objects.requireNonNull(options, "options");
            Objects.requireNonNull(tool, "tool");
            needsName("a tool", tool);
        }

        @Override
        public Tool with(StepOptions other) {
            Objects.requireNonNull(other, "other");
            return new Tool(other, tool);
        }
    }

    /** A Java function that the {@link Registry} knows. */
    record Function(StepOptions options, String function) implements Step {
        public Function {
            Objects.requireNonNull(options, "options");
            Objects.requireNonNull(function, "function");
            needsName("a function", function);
        }

        @Override
        public Function with(StepOptions other) {
            Objects.requireNonNull(other, "other");
            return new Function(other, function);
        }
    }

    /** A script is run by the {@link ScriptHandler} of its language. */
    record Script(StepOptions options, String language, String code) implements Step {
        public Script {
            Objects.requireNonNull(options, "options");
            Objects.requireNonNull(language, "language");
            needsName("a script's language", language);
            Objects.requireNonNull(code, "code");
        }

        @Override
        public Script with(StepOptions other) {
            Objects.requireNonNull(other, "other");
            return new Script(other, language, code);
        }
    }

    /** A value is computed by an expression, without an effect. */
    record Transform(StepOptions options, String expression) implements Step {
        public Transform {
            Objects.requireNonNull(options, "options");
            Objects.requireNonNull(expression, "expression");
        }

        @Override
        public Transform with(StepOptions other) {
            Objects.requireNonNull(other, "other");
            return new Transform(other, expression);
        }
    }

    /** One step after the other. The output is that of the last; without steps, the input. */
    record Sequence(StepOptions options, List<Step> steps) implements Step {
        public Sequence {
            Objects.requireNonNull(steps, "steps");
            Objects.requireNonNull(options, "options");
            steps = List.copyOf(steps);
        }

        @Override
        public Sequence with(StepOptions other) {
            Objects.requireNonNull(other, "other");
            return new Sequence(other, steps);
        }
    }

    /**
     * Branches at once. Each sees the state as it was before, and its own writes; when all have ended their writes are joined in the order of the branches. Two branches may write
     * one key only where it has a {@link Reducer} that joins. The output is an array of what the branches gave, in their order.
     *
     * @param atMost how many at once; 0 for all
     * @param failFast whether a branch that fails stops the others; else all end, and then it fails
     */
    record Parallel(StepOptions options, List<Step> branches, int atMost, boolean failFast) implements Step {
        public Parallel {
            Objects.requireNonNull(branches, "branches");
            Objects.requireNonNull(options, "options");
            branches = List.copyOf(branches);
            notNegative("atMost", atMost);
        }

        @Override
        public Parallel with(StepOptions other) {
            Objects.requireNonNull(other, "other");
            return new Parallel(other, branches, atMost, failFast);
        }

        /** A copy that runs so many at once. */
        public Parallel atMost(int most) {
            return new Parallel(options, branches, most, failFast);
        }

        /** A copy in which every branch ends, whatever becomes of the others. */
        public Parallel collect() {
            return new Parallel(options, branches, atMost, false);
        }
    }

    /**
     * One of two steps.
     *
     * @param otherwise at most one; without it, and where the condition does not hold, the output is the input
     */
    record When(StepOptions options, String condition, Step then, List<Step> otherwise) implements Step {
        public When {
            Objects.requireNonNull(otherwise, "otherwise");
            Objects.requireNonNull(options, "options");
            Objects.requireNonNull(condition, "condition");
            Objects.requireNonNull(then, "then");
            otherwise = atMostOne("otherwise", otherwise);
        }

        @Override
        public When with(StepOptions other) {
            Objects.requireNonNull(other, "other");
            return new When(other, condition, then, otherwise);
        }

        /** A copy that does this where the condition does not hold. */
        public When otherwise(Step... steps) {
            Objects.requireNonNull(steps, "steps");
            return new When(options, condition, then, List.of(body(steps)));
        }
    }

    /**
     * The step of a value. A value that is no text is looked for as its JSON: {@code true}, {@code 3}.
     *
     * @param cases by value, in their order
     * @param otherwise at most one; without it, and where no case is the value, the step fails with code {@code workflow.no_case}
     */
    record Switch(StepOptions options, String value, Map<String, Step> cases, List<Step> otherwise) implements Step {
        public Switch {
            Objects.requireNonNull(cases, "cases");
            Objects.requireNonNull(otherwise, "otherwise");
            Objects.requireNonNull(options, "options");
            Objects.requireNonNull(value, "value");
            cases = ordered(cases);
            otherwise = atMostOne("otherwise", otherwise);
        }

        @Override
        public Switch with(StepOptions other) {
            Objects.requireNonNull(other, "other");
            return new Switch(other, value, cases, otherwise);
        }

        /** A copy with a case. */
        public Switch on(String is, Step... steps) {
            Objects.requireNonNull(is, "is");
            Objects.requireNonNull(steps, "steps");
            Map<String, Step> more = new LinkedHashMap<>(cases);
            more.put(is, body(steps));
            return new Switch(options, value, more, otherwise);
        }

        /** A copy that does this where no case is the value. */
        public Switch otherwise(Step... steps) {
            Objects.requireNonNull(steps, "steps");
            return new Switch(options, value, cases, List.of(body(steps)));
        }
    }

    /**
     * The step that an agent chooses. It is asked with the input, told what each choice is for, and must answer with the name of one.
     *
     * @param choices by name, in their order
     */
    record Route(StepOptions options, String agent, Map<String, Choice> choices) implements Step {
        public Route {
            Objects.requireNonNull(agent, "agent");
            Objects.requireNonNull(choices, "choices");
            Objects.requireNonNull(options, "options");
            needsName("an agent", agent);
            choices = ordered(choices);
        }

        @Override
        public Route with(StepOptions other) {
            Objects.requireNonNull(other, "other");
            return new Route(other, agent, choices);
        }

        /** A copy with a choice. */
        public Route choice(String name, String description, Step... steps) {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(steps, "steps");
            Map<String, Choice> more = new LinkedHashMap<>(choices);
            more.put(name, new Choice(description, body(steps)));
            return new Route(options, agent, more);
        }
    }

    /**
     * What an agent may choose. Immutable.
     *
     * @param description for the agent: when this is right
     */
    record Choice(String description, Step step) {
        public Choice {
            Objects.requireNonNull(description, "description");
            Objects.requireNonNull(step, "step");
        }
    }

    /**
     * A step again and again. The output is that of the last time.
     *
     * @param whileHolds looked at before each time; empty for always
     * @param until looked at after each time; empty for never
     * @param atMost how often; 0 for no bound, which only a loop with a condition may have
     * @param reason the key of the state that is told why it ended: {@code while}, {@code until} or {@code count}; empty for none
     */
    record Loop(StepOptions options, Step body, String whileHolds, String until, int atMost, String reason)
            implements Step {
        public Loop {
            Objects.requireNonNull(options, "options");
            Objects.requireNonNull(body, "body");
            Objects.requireNonNull(whileHolds, "whileHolds");
            Objects.requireNonNull(until, "until");
            Objects.requireNonNull(reason, "reason");
            notNegative("atMost", atMost);
        }

        @Override
        public Loop with(StepOptions other) {
            Objects.requireNonNull(other, "other");
            return new Loop(other, body, whileHolds, until, atMost, reason);
        }

        /** A copy that goes on as long as this holds before each time. */
        public Loop whileHolds(String condition) {
            Objects.requireNonNull(condition, "condition");
            return new Loop(options, body, condition, until, atMost, reason);
        }

        /** A copy that ends when this holds after a time. */
        public Loop until(String condition) {
            Objects.requireNonNull(condition, "condition");
            return new Loop(options, body, whileHolds, condition, atMost, reason);
        }

        /** A copy that ends after so many times. */
        public Loop atMost(int times) {
            return new Loop(options, body, whileHolds, until, times, reason);
        }

        /** A copy that writes why it ended to a key of the state. */
        public Loop reason(String key) {
            Objects.requireNonNull(key, "key");
            return new Loop(options, body, whileHolds, until, atMost, key);
        }
    }

    /**
     * A step for each item of an array. What it writes to the state is its item's own, but for keys with a {@link Reducer} that joins, which are joined in the order of the items. The output
     * is an array of what each gave, in the order of the items.
     *
     * @param items an expression that gives an array
     * @param atMost how many at once; 0 for all
     * @param failFast whether an item that fails stops the others; else all end, and then it fails
     * @param reduce at most one: by which the outputs become one value instead of an array
     */
    record ForEach(StepOptions options, String items, Step body, int atMost, boolean failFast, List<Reducer> reduce)
            implements Step {
        public ForEach {
            Objects.requireNonNull(reduce, "reduce");
            Objects.requireNonNull(options, "options");
            Objects.requireNonNull(items, "items");
            Objects.requireNonNull(body, "body");
            notNegative("atMost", atMost);
            reduce = atMostOne("reduce", reduce);
        }

        @Override
        public ForEach with(StepOptions other) {
            Objects.requireNonNull(other, "other");
            return new ForEach(other, items, body, atMost, failFast, reduce);
        }

        /** A copy that does so many at once. */
        public ForEach atMost(int most) {
            return new ForEach(options, items, body, most, failFast, reduce);
        }

        /** A copy in which every item ends, whatever becomes of the others. */
        public ForEach collect() {
            return new ForEach(options, items, body, atMost, false, reduce);
        }

        /** A copy whose output is one value. */
        public ForEach reduce(Reducer how) {
            Objects.requireNonNull(how, "how");
            return new ForEach(options, items, body, atMost, failFast, List.of(how));
        }
    }

    /**
     * Steps that depend on one another, each begun as soon as all that it depends on has ended. A step sees the state as it was before the graph, and what the steps that it names in
     * {@code dependsOn} wrote: so its input does not depend on what happened to be done already. Its {@code $last} is the output of the one that it depends on, or an object of their outputs
     * by name where there are several. When all have ended their writes are joined in the order of the nodes. The output is an object of the outputs of the steps on which
     * no other depends, by name.
     *
     * @param atMost how many at once; 0 for all
     * @param failFast whether a step that fails stops the others; else all end that do not depend on it, and then it fails
     */
    record Graph(StepOptions options, List<Node> nodes, int atMost, boolean failFast) implements Step {
        public Graph {
            Objects.requireNonNull(nodes, "nodes");
            Objects.requireNonNull(options, "options");
            nodes = List.copyOf(nodes);
            notNegative("atMost", atMost);
        }

        @Override
        public Graph with(StepOptions other) {
            Objects.requireNonNull(other, "other");
            return new Graph(other, nodes, atMost, failFast);
        }

        /** A copy with another step, which begins when these have ended. */
        public Graph node(String name, Step step, String... dependsOn) {
            Objects.requireNonNull(step, "step");
            Objects.requireNonNull(dependsOn, "dependsOn");
            List<Node> more = new ArrayList<>(nodes);
            more.add(Node.of(name, step, dependsOn));
            return new Graph(options, more, atMost, failFast);
        }

        /** A copy that does so many at once. */
        public Graph atMost(int most) {
            return new Graph(options, nodes, most, failFast);
        }

        /** A copy in which every step ends that does not depend on one that failed. */
        public Graph collect() {
            return new Graph(options, nodes, atMost, false);
        }
    }

    /**
     * A step of a graph. Immutable.
     *
     * @param step has a name
     * @param dependsOn the names of other steps of the graph
     */
    record Node(Step step, List<String> dependsOn) {
        public Node {
            Objects.requireNonNull(dependsOn, "dependsOn");
            Objects.requireNonNull(step, "step");
            dependsOn = needNames(dependsOn);
        }

        /** A step under a name. */
        public static Node of(String name, Step step, String... dependsOn) {
            Objects.requireNonNull(step, "step");
            Objects.requireNonNull(dependsOn, "dependsOn");
            return new Node(step.named(name), List.of(dependsOn));
        }
    }

    /** Another workflow is run as part of this run. Its input is the step's input, an object; its output is the step's. */
    record SubWorkflow(StepOptions options, String workflow) implements Step {
        public SubWorkflow {
            Objects.requireNonNull(options, "options");
            Objects.requireNonNull(workflow, "workflow");
            needsName("a workflow", workflow);
        }

        @Override
        public SubWorkflow with(StepOptions other) {
            Objects.requireNonNull(other, "other");
            return new SubWorkflow(other, workflow);
        }
    }

    /** Time passes, or something is waited for. The output is null; of a signal, its payload. */
    record Wait(StepOptions options, Event waitFor) implements Step {
        public Wait {
            Objects.requireNonNull(options, "options");
            Objects.requireNonNull(waitFor, "waitFor");
        }

        @Override
        public Wait with(StepOptions other) {
            Objects.requireNonNull(other, "other");
            return new Wait(other, waitFor);
        }

        /** What is waited for. Immutable. */
        public sealed interface Event {
            /** So long from the moment the step begins. */
            record Elapsed(Duration duration) implements Event {
                public Elapsed {
                    Objects.requireNonNull(duration, "duration");
                    if (duration.isNegative()) {
                        throw new IllegalArgumentException("duration < 0: " + duration);
                    }
                }
            }

            /**
             * A moment.
             *
             * @param time a mapping that gives a time in ISO 8601 with its offset: {@code 2027-01-31T09:00:00Z}, {@code {{appointment.at}}}
             */
            record Time(String time) implements Event {
                public Time {
                    Objects.requireNonNull(time, "time");
                }
            }

            /** Something that is told to the run from outside, by {@link WorkflowRunner#signal} or as an answer. One that came before it was waited for counts. */
            record Signal(String name) implements Event {
                public Signal {
                    Objects.requireNonNull(name, "name");
                    needsName("a signal", name);
                }
            }
        }
    }

    /**
     * A person is asked whether to go on. Where the answer is yes the output is true.
     *
     * @param question a mapping
     * @param otherwise at most one, done where the answer is no; without it a no fails the step with code {@code workflow.denied}
     */
    record Approval(StepOptions options, String question, List<Step> otherwise) implements Step {
        public Approval {
            Objects.requireNonNull(otherwise, "otherwise");
            Objects.requireNonNull(options, "options");
            Objects.requireNonNull(question, "question");
            otherwise = atMostOne("otherwise", otherwise);
        }

        @Override
        public Approval with(StepOptions other) {
            Objects.requireNonNull(other, "other");
            return new Approval(other, question, otherwise);
        }

        /** A copy that does this where the answer is no. */
        public Approval otherwise(Step... steps) {
            Objects.requireNonNull(steps, "steps");
            return new Approval(options, question, List.of(body(steps)));
        }
    }

    /**
     * A person is asked for a value, which must fit {@link StepOptions#schema()}: one that does not is asked for again, with what is wrong.
     *
     * @param question a mapping
     */
    record Ask(StepOptions options, String question) implements Step {
        public Ask {
            Objects.requireNonNull(options, "options");
            Objects.requireNonNull(question, "question");
        }

        @Override
        public Ask with(StepOptions other) {
            Objects.requireNonNull(other, "other");
            return new Ask(other, question);
        }
    }

    /**
     * Agents that hand the work on to one another. The first begins; each answers, or names another of the list to go on, which sees all that was said. The output is the answer.
     *
     * @param agents at least one
     * @param atMost how many agents may be asked, at least 1
     */
    record Handoff(StepOptions options, List<String> agents, int atMost) implements Step {
        /** Enough to pass a case around a team, few enough that two who pass it to and fro are noticed. */
        public static final int DEFAULT_AT_MOST = 10;

        public Handoff {
            Objects.requireNonNull(agents, "agents");
            Objects.requireNonNull(options, "options");
            agents = needNames(agents);
            atLeastOne("atMost", atMost);
        }

        @Override
        public Handoff with(StepOptions other) {
            Objects.requireNonNull(other, "other");
            return new Handoff(other, agents, atMost);
        }

        /** A copy in which so many agents may be asked. */
        public Handoff atMost(int turns) {
            return new Handoff(options, agents, turns);
        }
    }

    /**
     * An agent picks, again and again, the next of a list and what it is to do, sees what came of it, and answers when it is satisfied. The output is its answer.
     *
     * @param agents whom it may pick, at least one
     * @param atMost how often it may pick, at least 1
     */
    record Supervisor(StepOptions options, String supervisor, List<String> agents, int atMost) implements Step {
        /** Enough for a plan of several parts, few enough that one that goes in circles is noticed by its bill. */
        public static final int DEFAULT_AT_MOST = 10;

        public Supervisor {
            Objects.requireNonNull(supervisor, "supervisor");
            Objects.requireNonNull(agents, "agents");
            Objects.requireNonNull(options, "options");
            needsName("a supervisor", supervisor);
            agents = needNames(agents);
            atLeastOne("atMost", atMost);
        }

        @Override
        public Supervisor with(StepOptions other) {
            Objects.requireNonNull(other, "other");
            return new Supervisor(other, supervisor, agents, atMost);
        }

        /** A copy in which it may pick so often. */
        public Supervisor atMost(int rounds) {
            return new Supervisor(options, supervisor, agents, rounds);
        }
    }

    /**
     * A step of a kind that the user added.
     *
     * @param step the name of its {@link StepType}
     * @param settings whatever that kind wants to be told; a mapping
     */
    record Custom(StepOptions options, String step, Json.Obj settings) implements Step {
        public Custom {
            Objects.requireNonNull(step, "step");
            Objects.requireNonNull(options, "options");
            needsName("a step's type", step);
            Objects.requireNonNull(settings, "settings");
        }

        @Override
        public Custom with(StepOptions other) {
            Objects.requireNonNull(other, "other");
            return new Custom(other, step, settings);
        }
    }

    // Making them

    /** An agent is asked. */
    static Agent agent(String name) {
        Objects.requireNonNull(name, "name");
        return new Agent(StepOptions.NONE, name, "");
    }

    /** A tool is called. */
    static Tool tool(String name) {
        Objects.requireNonNull(name, "name");
        return new Tool(StepOptions.NONE, name);
    }

    /** A registered Java function. */
    static Function function(String name) {
        Objects.requireNonNull(name, "name");
        return new Function(StepOptions.NONE, name);
    }

    /** A script. */
    static Script script(String language, String code) {
        Objects.requireNonNull(language, "language");
        return new Script(StepOptions.NONE, language, code);
    }

    /** A value computed by an expression. */
    static Transform transform(String expression) {
        return new Transform(StepOptions.NONE, expression);
    }

    /** One step after the other. */
    static Sequence sequence(Step... steps) {
        Objects.requireNonNull(steps, "steps");
        return new Sequence(StepOptions.NONE, Arrays.asList(steps));
    }

    /** One step after the other. */
    static Sequence sequence(List<? extends Step> steps) {
        Objects.requireNonNull(steps, "steps");
        return new Sequence(StepOptions.NONE, List.copyOf(steps));
    }

    /** All at once. */
    static Parallel parallel(Step... branches) {
        Objects.requireNonNull(branches, "branches");
        return new Parallel(StepOptions.NONE, Arrays.asList(branches), 0, true);
    }

    /** All at once. */
    static Parallel parallel(List<? extends Step> branches) {
        Objects.requireNonNull(branches, "branches");
        return new Parallel(StepOptions.NONE, List.copyOf(branches), 0, true);
    }

    /** Where a condition holds. */
    static When when(String condition, Step... steps) {
        Objects.requireNonNull(steps, "steps");
        return new When(StepOptions.NONE, condition, body(steps), List.of());
    }

    /** The case of a value; cases are added with {@link Switch#on}. */
    static Switch choose(String value) {
        return new Switch(StepOptions.NONE, value, Map.of(), List.of());
    }

    /** The choice of an agent; choices are added with {@link Route#choice}. */
    static Route route(String agent) {
        Objects.requireNonNull(agent, "agent");
        return new Route(StepOptions.NONE, agent, Map.of());
    }

    /** Again and again; say until when. */
    static Loop loop(Step... steps) {
        Objects.requireNonNull(steps, "steps");
        return new Loop(StepOptions.NONE, body(steps), "", "", 0, "");
    }

    /** For each item of the array that an expression gives. */
    static ForEach map(String items, Step... steps) {
        Objects.requireNonNull(steps, "steps");
        return new ForEach(StepOptions.NONE, items, body(steps), 0, true, List.of());
    }

    /** Steps that depend on one another; they are added with {@link Graph#node}. */
    static Graph graph(Node... nodes) {
        Objects.requireNonNull(nodes, "nodes");
        return new Graph(StepOptions.NONE, Arrays.asList(nodes), 0, true);
    }

    /** Steps that depend on one another. */
    static Graph graph(List<Node> nodes) {
        Objects.requireNonNull(nodes, "nodes");
        return new Graph(StepOptions.NONE, nodes, 0, true);
    }

    /** Another workflow. */
    static SubWorkflow workflow(String name) {
        Objects.requireNonNull(name, "name");
        return new SubWorkflow(StepOptions.NONE, name);
    }

    /** Time passes. */
    static Wait sleep(Duration duration) {
        return new Wait(StepOptions.NONE, new Wait.Event.Elapsed(duration));
    }

    /** Until a time; a mapping that gives one in ISO 8601. */
    static Wait sleepUntil(String time) {
        return new Wait(StepOptions.NONE, new Wait.Event.Time(time));
    }

    /** Until the run is told a signal. */
    static Wait awaitSignal(String name) {
        Objects.requireNonNull(name, "name");
        return new Wait(StepOptions.NONE, new Wait.Event.Signal(name));
    }

    /** A person is asked whether to go on. */
    static Approval approval(String question) {
        return new Approval(StepOptions.NONE, question, List.of());
    }

    /** A person is asked for a value. */
    static Ask ask(String question) {
        return new Ask(StepOptions.NONE, question);
    }

    /** Agents that hand the work on to one another, the first of them first. */
    static Handoff handoff(String... agents) {
        Objects.requireNonNull(agents, "agents");
        return new Handoff(StepOptions.NONE, Arrays.asList(agents), Handoff.DEFAULT_AT_MOST);
    }

    /** An agent that picks the next of these, again and again. */
    static Supervisor supervisor(String supervisor, String... agents) {
        Objects.requireNonNull(supervisor, "supervisor");
        Objects.requireNonNull(agents, "agents");
        return new Supervisor(StepOptions.NONE, supervisor, Arrays.asList(agents), Supervisor.DEFAULT_AT_MOST);
    }

    /** A step of a kind of the user's own. */
    static Custom custom(String type, Json.Obj settings) {
        Objects.requireNonNull(type, "type");
        return new Custom(StepOptions.NONE, type, settings);
    }

    // What holds for any step

    /** A copy with a name. */
    default Step named(String name) {
        return with(options().withName(Objects.requireNonNull(name, "name")));
    }

    /** A copy whose output is written to a key of the state. */
    default Step as(String key) {
        return with(options().withAs(Objects.requireNonNull(key, "key")));
    }

    /** A copy whose output is written to a key of the state. */
    default Step as(Key<?> key) {
        Objects.requireNonNull(key, "key");
        return as(key.name());
    }

    /** A copy with an input: a mapping, that is JSON or a value with a JSON form, in whose texts <code>&#123;&#123;expression&#125;&#125;</code> is put in. */
    default Step input(@Nullable Object mapping) {
        return with(options().withInput(Json.of(mapping)));
    }

    /** A copy whose output is made by a mapping, in which {@code $output} is what the step gave. */
    default Step output(@Nullable Object mapping) {
        return with(options().withOutput(Json.of(mapping)));
    }

    /** A copy whose output must fit a schema. */
    default Step schema(JsonSchema schema) {
        return with(options().withSchema(schema));
    }

    /** A copy whose output must be a value of a type. */
    default Step returns(Class<?> type) {
        return schema(JsonSchema.of(type));
    }

    /** A copy each of whose attempts may take so long. */
    default Step timeout(Duration each) {
        Objects.requireNonNull(each, "each");
        return with(options().withPolicy(options().policy().withTimeout(each)));
    }

    /** A copy that is tried again. */
    default Step retry(StepRetry retry) {
        return with(options().withPolicy(options().policy().withRetry(retry)));
    }

    /** A copy that is tried so often, without pauses. */
    default Step retry(int attempts) {
        return retry(StepRetry.attempts(attempts));
    }

    /** A copy of which this becomes when it failed for good. */
    default Step onError(OnError what) {
        Objects.requireNonNull(what, "what");
        return with(options().withPolicy(options().policy().withOnError(what)));
    }

    /** A copy instead of which another step runs when it failed for good. */
    default Step orElse(Step... steps) {
        Objects.requireNonNull(steps, "steps");
        return onError(new OnError.Run(body(steps)));
    }

    /** A copy whose output is this when it failed for good; a mapping. */
    default Step orElseGive(@Nullable Object value) {
        return onError(new OnError.Value(Json.of(value)));
    }

    /** A copy that is undone by these steps when what it is part of fails later. In them {@code $output} is what it gave. */
    default Step compensate(Step... steps) {
        Objects.requireNonNull(steps, "steps");
        return with(options().withPolicy(options().policy().withCompensate(body(steps))));
    }

    /** A copy that may use so many tokens and so much money, all below it included. */
    default Step budget(Limits most) {
        Objects.requireNonNull(most, "most");
        return with(options().withPolicy(options().policy().withBudget(most)));
    }

    /** A copy that must have ended so long after the run began. */
    default Step deadline(Duration sinceBegin) {
        Objects.requireNonNull(sinceBegin, "sinceBegin");
        return with(options().withPolicy(options().policy().withDeadline(sinceBegin)));
    }

    /** A copy that goes before others where there is not enough for all. */
    default Step priority(int rank) {
        return with(options().withPolicy(options().policy().withPriority(rank)));
    }

    /** A copy that needs so much of a resource while it runs. */
    default Step needs(String resource, int amount) {
        Objects.requireNonNull(resource, "resource");
        return with(options().withPolicy(options().policy().withNeed(resource, amount)));
    }

    /** As it stands in a definition. */
    @JsonValue
    default Json json() {
        return DefinitionWriter.step(this);
    }

    /**
     * A step as it stood in a definition.
     *
     * @throws WorkflowException with all that is wrong
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Step of(Json json) {
        Objects.requireNonNull(json, "json");
        return DefinitionReader.step(json);
    }

    private static Step body(Step... steps) {
        return steps.length == 1 ? Objects.requireNonNull(steps[0], "step") : sequence(steps);
    }

    private static void needsName(String what, String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException(what + " needs a name, got \"" + name + "\"");
        }
    }

    private static List<String> needNames(List<String> names) {
        names.forEach(name -> needsName("what is listed", name));
        return List.copyOf(names);
    }

    private static void notNegative(String what, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(what + " < 0: " + value);
        }
    }

    private static void atLeastOne(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " < 1: " + value);
        }
    }

    private static <T> List<T> atMostOne(String what, List<T> values) {
        if (values.size() > 1) {
            throw new IllegalArgumentException(what + ": at most one, got " + values.size());
        }
        return List.copyOf(values);
    }

    private static <T> Map<String, T> ordered(Map<String, T> values) {
        return values.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
}
