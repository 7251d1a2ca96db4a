package dev.tenon.workflow;

import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.provider.FactoryInfo;
import dev.tenon.provider.ProviderRegistry;
import dev.tenon.schema.JsonSchema;
import dev.tenon.testing.ModelRequest;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Agents are data in the file of the workflow that asks them. */
class AgentDataTest {
    record Config(String model, String apiKey) {}

    private final List<String> models = new CopyOnWriteArrayList<>();
    private final List<ModelRequest> asked = new CopyOnWriteArrayList<>();

    private Registry registry(String answer) {
        ProviderRegistry providers = ProviderRegistry.empty()
                .with(
                        new FactoryInfo("house", "", Set.of(), List.of(), List.of(), JsonSchema.of(Config.class)),
                        Config.class,
                        config -> {
                            models.add(config.model() + " " + config.apiKey());
                            return ScriptedProvider.of().always(request -> {
                                asked.add(request);
                                return reply(answer);
                            });
                        });
        return Registry.EMPTY
                .tool(Tool.of(
                        ToolSpec.of("weather", "The weather now", JsonSchema.parse("{\"type\":\"object\"}")),
                        (arguments, context) -> Json.of("rain")))
                .providers(providers, Map.of("HOUSE_APIKEY", "sk-secret"));
    }

    private static final String YAML = """
        workflow: advice
        agents:
          adviser:
            provider: house
            model: big-1
            instructions: |
              Answer in one line.
              Be kind.
            tools: [weather]
            output:
              type: object
              properties: {umbrella: {type: boolean}}
              required: [umbrella]
            settings: {temperature: 0.2}
            limits: {steps: 3, usd: 0.5, wallTime: 30s}
        steps:
          - agent: adviser
            input: 'Do I need an umbrella in {{city}}?'
            as: advice
          - workflow: tell
            input: {umbrella: '{{advice.umbrella}}'}
        workflows:
          - workflow: tell
            steps:
              - agent: adviser
              - transform: $last.umbrella
        """;

    @Test
    void theModelIsMadeByTheProvidersAndTheAgentIsAsTheFileSays() {
        Workflow workflow = Workflow.parse("advice.yaml", YAML, registry("{\"umbrella\": true}"));
        WorkflowResult result = workflow.run(WorkflowRequest.empty().with("city", "Bergen"));
        assertThat(result.output()).isEqualTo(Json.of(true));
        assertThat(models).containsExactly("big-1 sk-secret");
        assertThat(asked).hasSize(2);
        String request = Json.of(asked.getFirst().chat()).toString();
        assertThat(request).contains("Be kind.", "weather", "umbrella", "0.2");
        assertThat(result.state().at("/advice/umbrella")).contains(Json.of(true));
    }

    @Test
    void aKeyIsNeverPartOfTheDefinition() {
        Workflow workflow = Workflow.parse("advice.yaml", YAML, registry("x"));
        assertThat(workflow.definition().json().toString()
                        + workflow.definition().yaml()
                        + workflow)
                .doesNotContain("sk-secret");
        assertThat(workflow.binding().definition().toString()).contains("big-1").doesNotContain("sk-secret");
    }

    @Test
    void anAnswerThatDoesNotFitTheAgentsSchemaIsNoAnswer() {
        Workflow workflow = Workflow.parse("advice.yaml", YAML, registry("{\"umbrella\": \"perhaps\"}"));
        assertThatThrownBy(() -> workflow.run(WorkflowRequest.empty().with("city", "Rome"))
                        .output())
                .hasMessageContaining("umbrella");
    }

    @Test
    void aLimitOfTheFileEndsTheAgent() {
        String yaml = """
            workflow: a
            agents: {one: {provider: house, model: m, limits: {inputTokens: 1}}}
            steps: [{agent: one, input: hello}]
            """;
        WorkflowResult result = Workflow.parse("a.yaml", yaml, registry("x")).run(WorkflowRequest.empty());
        assertThat(result.completed()).isFalse();
        assertThat(asked).isEmpty();
    }

    @Test
    void theSameAgentIsMadeInJava() {
        Definition read = Definition.parse("advice.yaml", YAML);
        Definition made = Workflow.named("advice")
                .agent("adviser", read.agents().getOrDefault("adviser", AgentDefinition.of("x", "y")))
                .workflow(Workflow.named("tell")
                        .define(Step.sequence(Step.agent("adviser"), Step.transform("$last.umbrella"))))
                .define(Step.sequence(
                        Step.agent("adviser")
                                .input("Do I need an umbrella in {{city}}?")
                                .as("advice"),
                        Step.workflow("tell").input(Json.object("umbrella", "{{advice.umbrella}}"))));
        assertThat(made).isEqualTo(read);
        assertThat(Definition.parse("b.yaml", made.yaml())).isEqualTo(read);
    }
}
