package dev.tenon.agent;

import dev.tenon.event.Listener;
import dev.tenon.memory.Memory;
import dev.tenon.prompt.PromptTemplate;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.Provider;
import dev.tenon.run.Answer;
import dev.tenon.run.Binding;
import dev.tenon.run.Interceptor;
import dev.tenon.run.Limits;
import dev.tenon.run.Question;
import dev.tenon.scope.Key;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolPolicy;
import dev.tenon.tool.ToolRegistry;
import dev.tenon.tool.ToolSearch;
import dev.tenon.tool.Toolset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** An agent under construction, see {@link Agent#builder(Provider)}. Not thread-safe; what it has built does not change with it. */
public final class AgentBuilder {
    /** Twice: what two tries do not mend a third rarely does, and each costs a whole request. */
    public static final int DEFAULT_REPAIRS = 2;

    /** 50,000 characters of a result, some 12,000 tokens: more is seldom read and always paid for. */
    public static final int DEFAULT_RESULTS = 50_000;

    final Provider model;
    String name = "agent";
    Function<RunRequest, String> instructions = request -> "";
    String definedInstructions = "";
    final List<Tool> tools = new ArrayList<>();
    Memory memory = Memory.NONE;
    ToolPolicy policy = ToolPolicy.CAREFUL;
    ModelSettings settings = ModelSettings.NONE;
    Limits limits = Limits.DEFAULT;
    final List<Interceptor> interceptors = new ArrayList<>();
    final List<Listener> listeners = new ArrayList<>();
    final Map<Class<?>, Object> given = new LinkedHashMap<>();
    final Map<String, Key<?>> keys = new LinkedHashMap<>();
    Function<Question, Optional<Answer>> answers = question -> Optional.empty();
    InDoubt inDoubt = InDoubt.ASK;
    int repairs = DEFAULT_REPAIRS;
    Function<RunRequest, Toolset> toolsOfRun = request -> Toolset.EMPTY;
    boolean toolsVary;
    Optional<ToolSearch> search = Optional.empty();
    int results = DEFAULT_RESULTS;
    RepeatedCalls repeated = RepeatedCalls.DEFAULT;
    int parallelism = Binding.DEFAULT_PARALLELISM;
    Duration grace = Binding.DEFAULT_GRACE;

    AgentBuilder(Provider model) {
        this.model = Objects.requireNonNull(model, "model");
    }

    /** What becomes of a tool call that had begun when the process died, where the tool may not be called again and cannot tell whether it happened. */
    public enum InDoubt {
        /** A person is asked, and the run rests. */
        ASK,
        /** The model is told that it is not known. */
        TELL,
        /** The run fails. */
        FAIL
    }

    /** The agent's name in records and events. */
    public AgentBuilder name(String called) {
        Objects.requireNonNull(called, "called");
        if (called.isBlank()) {
            throw new IllegalArgumentException("an agent's name must not be blank");
        }
        this.name = called;
        return this;
    }

    /** What the model is told before everything else, with every request. */
    public AgentBuilder instructions(String text) {
        Objects.requireNonNull(text, "text");
        this.instructions = request -> text;
        this.definedInstructions = text;
        return this;
    }

    /** Instructions from a template; its variables are found in {@link RunRequest#extra()}. */
    public AgentBuilder instructions(PromptTemplate template) {
        Objects.requireNonNull(template, "template");
        this.instructions = request -> template.render(Map.copyOf(request.extra()));
        this.definedInstructions = "template " + template.name();
        return this;
    }

    /** Instructions made for each run, once, when it begins. */
    public AgentBuilder instructions(Function<RunRequest, String> written) {
        this.instructions = Objects.requireNonNull(written, "written");
        this.definedInstructions = "(written for each run)";
        return this;
    }

    /** Tools that the model may call, after those given before. The agent closes those that are {@link AutoCloseable}. */
    public AgentBuilder tools(Tool... more) {
        Objects.requireNonNull(more, "more");
        return tools(List.of(more));
    }

    /** As {@link #tools(Tool...)}. */
    public AgentBuilder tools(List<? extends Tool> more) {
        Objects.requireNonNull(more, "more");
        tools.addAll(more);
        return this;
    }

    /** As {@link #tools(Tool...)}, such as {@code Toolset.of(object)} with methods that are marked. */
    public AgentBuilder tools(Toolset more) {
        Objects.requireNonNull(more, "more");
        return tools(more.tools());
    }

    /** As {@link #tools(Tool...)}, those that are registered when a run begins. The registry closes them, not the agent. */
    public AgentBuilder tools(ToolRegistry more) {
        Objects.requireNonNull(more, "more");
        return toolsOfRun(request -> more.toolset());
    }

    /**
     * Tools chosen for each run, after those that all runs have and after those chosen so before: by {@link RunRequest#user()}, session or whatever the request says. Asked when a
     * run begins, and again when it goes on elsewhere. The agent does not close them; agents among them run as one call, not as child runs.
     */
    public AgentBuilder toolsOfRun(Function<RunRequest, Toolset> chosen) {
        Objects.requireNonNull(chosen, "chosen");
        Function<RunRequest, Toolset> before = toolsOfRun;
        toolsOfRun = toolsVary ? request -> before.apply(request).and(chosen.apply(request)) : chosen;
        toolsVary = true;
        return this;
    }

    /** How the model finds its tools where there are many; by default it is told of all. */
    public AgentBuilder search(ToolSearch how) {
        this.search = Optional.of(Objects.requireNonNull(how, "how"));
        return this;
    }

    /**
     * How many characters of a tool's result the model is shown; by default {@value #DEFAULT_RESULTS}. Of a longer one the middle is left out; the whole stays in the run, where the
     * model reads parts of it with {@code read_result} and hands it to other tools by reference. 0: all is shown.
     */
    public AgentBuilder results(int characters) {
        if (characters != 0 && characters < 1000) {
            throw new IllegalArgumentException("results is 0 or at least 1000 characters, got " + characters);
        }
        this.results = characters;
        return this;
    }

    /** What becomes of the same call with the same result again and again; by default {@link RepeatedCalls#DEFAULT}. */
    public AgentBuilder repeated(RepeatedCalls what) {
        this.repeated = Objects.requireNonNull(what, "what");
        return this;
    }

    /** What it remembers of its conversations; by default nothing. */
    public AgentBuilder memory(Memory remembers) {
        this.memory = Objects.requireNonNull(remembers, "remembers");
        return this;
    }

    /** Decides of every tool call whether it runs; by default {@link ToolPolicy#CAREFUL}: what destroys or reaches outside is asked for. */
    public AgentBuilder policy(ToolPolicy decides) {
        this.policy = Objects.requireNonNull(decides, "decides");
        return this;
    }

    /** How the model should answer. */
    public AgentBuilder settings(ModelSettings model) {
        this.settings = Objects.requireNonNull(model, "model");
        return this;
    }

    /** What a run may use; by default {@link Limits#DEFAULT}. */
    public AgentBuilder limits(Limits most) {
        this.limits = Objects.requireNonNull(most, "most");
        return this;
    }

    /** Stands around every effect, within those given before. */
    public AgentBuilder interceptor(Interceptor more) {
        interceptors.add(Objects.requireNonNull(more, "more"));
        return this;
    }

    /** Is told of every event of every run. */
    public AgentBuilder listener(Listener more) {
        listeners.add(Objects.requireNonNull(more, "more"));
        return this;
    }

    /** What tools get by {@code context.get(type)}. */
    public <T> AgentBuilder provide(Class<T> type, T value) {
        given.put(Objects.requireNonNull(type, "type"), Objects.requireNonNull(value, "value"));
        return this;
    }

    /** Keys of the run's state whose updates are merged. */
    public AgentBuilder state(Key<?>... declared) {
        Objects.requireNonNull(declared, "declared");
        for (Key<?> key : declared) {
            keys.put(key.name(), key);
        }
        return this;
    }

    /** Answers questions while the run goes on, on the run's thread; empty leaves one open, and the run comes to rest. */
    public AgentBuilder answers(Function<Question, Optional<Answer>> callback) {
        this.answers = Objects.requireNonNull(callback, "callback");
        return this;
    }

    /** What becomes of a tool call in doubt; by default {@link InDoubt#ASK}. */
    public AgentBuilder inDoubt(InDoubt what) {
        this.inDoubt = Objects.requireNonNull(what, "what");
        return this;
    }

    /** How often an answer that does not fit goes back to the model; by default {@value #DEFAULT_REPAIRS} times. */
    public AgentBuilder repairs(int most) {
        if (most < 0) {
            throw new IllegalArgumentException("repairs < 0: " + most);
        }
        this.repairs = most;
        return this;
    }

    /** How many tool calls of one turn run at once; by default {@value Binding#DEFAULT_PARALLELISM}. */
    public AgentBuilder parallelism(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("parallelism < 1: " + most);
        }
        this.parallelism = most;
        return this;
    }

    /** How long a tool that was told to stop is waited for before it is abandoned; by default {@link Binding#DEFAULT_GRACE}. */
    public AgentBuilder grace(Duration most) {
        Objects.requireNonNull(most, "most");
        if (most.isNegative()) {
            throw new IllegalArgumentException("grace < 0: " + most);
        }
        this.grace = most;
        return this;
    }

    /**
     * The agent.
     *
     * @throws IllegalArgumentException where two tools have one name
     */
    public Agent build() {
        return new ModelAgent(this);
    }
}
