package dev.tenon.agent;

import dev.tenon.agent.AgentBuilder.InDoubt;
import dev.tenon.event.Listener;
import dev.tenon.json.Json;
import dev.tenon.memory.Memory;
import dev.tenon.message.Message;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.provider.ToolChoice;
import dev.tenon.run.Answer;
import dev.tenon.run.Interceptor;
import dev.tenon.run.Limits;
import dev.tenon.run.Outcome;
import dev.tenon.run.Question;
import dev.tenon.scope.Key;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolPolicy;
import dev.tenon.tool.ToolSearch;
import dev.tenon.tool.ToolSpec;
import dev.tenon.tool.Toolset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What an agent is made of, and what is made of that once for all runs. Immutable. */
final class AgentSetup {
    private final String name;
    private final Provider model;
    private final Function<RunRequest, String> instructions;
    private final Toolset tools;
    private final Memory memory;
    private final ToolPolicy policy;
    private final ModelSettings settings;
    private final Limits limits;
    private final List<Interceptor> interceptors;
    private final List<Listener> listeners;
    private final Map<Class<?>, Object> given;
    private final Map<String, Key<?>> keys;
    private final Function<Question, Optional<Answer>> answers;
    private final InDoubt inDoubt;
    private final int repairs;
    private final int parallelism;
    private final Duration grace;

    private final Function<RunRequest, Toolset> toolsOfRun;
    private final boolean toolsVary;
    private final Optional<ToolSearch> search;
    private final int results;
    private final RepeatedCalls repeated;

    private final RunTools common;
    private final String definedInstructions;
    private volatile @Nullable Json definition;

    AgentSetup(AgentBuilder builder) {
        this.name = builder.name;
        this.model = builder.model;
        this.instructions = builder.instructions;
        this.definedInstructions = builder.definedInstructions;
        this.tools = Toolset.of(builder.tools);
        this.memory = builder.memory;
        this.policy = builder.policy;
        this.settings = builder.settings;
        this.limits = builder.limits;
        this.interceptors = List.copyOf(builder.interceptors);
        this.listeners = List.copyOf(builder.listeners);
        this.given = Map.copyOf(builder.given);
        this.keys = Map.copyOf(builder.keys);
        this.answers = builder.answers;
        this.inDoubt = builder.inDoubt;
        this.repairs = builder.repairs;
        this.parallelism = builder.parallelism;
        this.grace = builder.grace;
        this.toolsOfRun = builder.toolsOfRun;
        this.toolsVary = builder.toolsVary;
        this.search = builder.search;
        this.results = builder.results;
        this.repeated = builder.repeated;
        this.common = RunTools.of(tools, programs(), search, results > 0);
    }

    private List<String> programs() {
        return tools.tools().stream()
                .filter(tool -> AgentTool.program(tool).isPresent())
                .map(tool -> tool.spec().name())
                .toList();
    }

    /** What is wrong with the arguments with which a person lets a sub-agent run; empty where nothing is. Of a tool whoever calls it looks. */
    Optional<String> misfit(String program, Json.Obj arguments) {
        return tools.find(program)
                .flatMap(tool ->
                        tool.spec().parameters().validate(arguments).stream().findFirst())
                .map(wrong ->
                        "the call was approved with arguments that do not fit, and was not run: " + wrong.message());
    }

    /** The tools of a run. Made anew where they are chosen for each run. */
    RunTools tools(RunRequest request) {
        if (!toolsVary) {
            return common;
        }
        Toolset chosen = toolsOfRun.apply(request);
        if (chosen == null) {
            throw new IllegalStateException("the function that chooses the tools of a run returned null");
        }
        return RunTools.of(tools.and(chosen), common.programs(), search, results > 0);
    }

    /** Equal for two agents exactly when a run of one can be continued by the other. */
    Json definition() {
        Json known = definition;
        if (known == null) {
            ModelInfo info = model.info();
            List<Json> described = new ArrayList<>();
            for (Tool tool : tools.tools()) {
                Json spec = Json.of(tool.spec());
                described.add(AgentTool.program(tool)
                        .<Json>map(program ->
                                spec.asObj().with("program", program.binding().definition()))
                        .orElse(spec));
            }
            known = Json.object()
                    .put("name", name)
                    .put("model", info.provider() + "/" + info.model())
                    .put("instructions", definedInstructions)
                    .put("tools", described)
                    .put("tools_of_run", toolsVary)
                    .put("search", Json.of(search))
                    .put("settings", Json.of(settings))
                    .put("repairs", repairs)
                    .put("results", results)
                    .build();
            definition = known;
        }
        return known;
    }

    /** A request of a run: instructions, what is recalled, what the caller says came before, the turn. */
    ChatRequest request(
            RunRequest asked,
            String instructions,
            List<Message> recalled,
            List<Message> turn,
            List<ToolSpec> offered,
            Outcome.AnswerForm form) {
        List<Message> before = asked.history();
        int system = instructions.isEmpty() ? 0 : 1;
        Message[] messages = new Message[system + recalled.size() + before.size() + turn.size()];
        int at = 0;
        if (system == 1) {
            messages[at++] = Message.system(instructions);
        }
        for (Message message : recalled) {
            messages[at++] = message;
        }
        for (Message message : before) {
            messages[at++] = message;
        }
        for (Message message : turn) {
            messages[at++] = message;
        }
        ModelSettings both = settings.and(asked.settings());
        return switch (form) {
            case TEXT, PROMPT ->
                new ChatRequest(List.of(messages), offered, ToolChoice.AUTO, ResponseFormat.TEXT, both, Map.of());
            case NATIVE ->
                new ChatRequest(
                        List.of(messages), offered, ToolChoice.AUTO, Answers.sent(asked.format()), both, Map.of());
            case TOOL -> {
                List<ToolSpec> more = new ArrayList<>(offered);
                more.add(Answers.tool(asked.format()));
                yield new ChatRequest(
                        List.of(messages),
                        more,
                        offered.isEmpty() ? ToolChoice.named(Outcome.AnswerForm.TOOL_NAME) : ToolChoice.REQUIRED,
                        ResponseFormat.TEXT,
                        both,
                        Map.of());
            }
        };
    }

    String name() {
        return name;
    }

    Provider model() {
        return model;
    }

    Function<RunRequest, String> instructions() {
        return instructions;
    }

    /** The tools that all runs have. */
    Toolset tools() {
        return tools;
    }

    /** How many characters of a result are shown; 0 for all. */
    int results() {
        return results;
    }

    RepeatedCalls repeated() {
        return repeated;
    }

    Memory memory() {
        return memory;
    }

    /** Whether there is a memory at all. */
    @SuppressWarnings("ReferenceEquality") // It is a constant.
    boolean remembers() {
        return memory != Memory.NONE;
    }

    ToolPolicy policy() {
        return policy;
    }

    ModelSettings settings() {
        return settings;
    }

    Limits limits() {
        return limits;
    }

    List<Interceptor> interceptors() {
        return interceptors;
    }

    List<Listener> listeners() {
        return listeners;
    }

    Map<Class<?>, Object> given() {
        return given;
    }

    Map<String, Key<?>> keys() {
        return keys;
    }

    Function<Question, Optional<Answer>> answers() {
        return answers;
    }

    InDoubt inDoubt() {
        return inDoubt;
    }

    int repairs() {
        return repairs;
    }

    int parallelism() {
        return parallelism;
    }

    Duration grace() {
        return grace;
    }
}
