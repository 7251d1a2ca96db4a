package dev.tenon.opentelemetry;

import static dev.tenon.testing.Reply.fault;
import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.checks.Docs;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Hedge;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.Retry;
import dev.tenon.run.Runner;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.Reply;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import io.opentelemetry.api.OpenTelemetry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What docs/tracing.md shows. */
class TracingGuideTest {
    record Place(String city) {}

    private final Recorded recorded = new Recorded();
    private final OpenTelemetry openTelemetry = recorded.openTelemetry();
    private final Tool weather = Tool.of("weather", "The weather now", Place.class, place -> "rain");

    @AfterEach
    void close() {
        recorded.close();
    }

    @Test
    void everyExampleOfThePageIsHere() {
        assertThat(Docs.examplesStandIn("tracing.md", TracingGuideTest.class)).isEqualTo(4);
    }

    @Test
    void aRunAndItsAttempts() {
        Reply lisbon = toolCall("weather", "{\"city\":\"Lisbon\"}");
        Provider first = ScriptedProvider.of(
                ModelInfo.of("openai", "gpt-x"), fault(Kind.OVERLOADED), lisbon, fault(Kind.QUOTA_EXCEEDED));
        Provider second = ScriptedProvider.of(ModelInfo.of("anthropic", "claude-x"), reply("Yes."), reply("Yes."));

        Tracing tracing = Tracing.of(openTelemetry);
        Provider model = tracing.model(first).retrying(Retry.DEFAULT).orElse(tracing.model(second));
        Agent agent = Agent.builder(model).name("umbrella").tools(weather).build();

        Runner runner = tracing.runner(Runner.plain());
        RunResult result = runner.run(agent, RunRequest.of("Do I need an umbrella in Lisbon?"));

        assertThat(result.text()).isEqualTo("Yes.");
        String shown = Docs.text("tracing.md").split("```\n", -1)[2].replaceAll(" +error.type=\\w+", "");
        assertThat(recorded.tree()).isEqualTo(shown);
    }

    @Test
    void anAgent() {
        Tracing tracing = Tracing.of(openTelemetry);
        Agent agent =
                Agent.builder(tracing.model(ScriptedProvider.of(reply("No.")))).build();

        Agent traced = tracing.agent(agent);
        String text = traced.run("Do I need an umbrella in Porto?").text();

        assertThat(text).isEqualTo("No.");
        assertThat(recorded.spans()).hasSize(2);
    }

    @Test
    void aCallAlone() {
        Tracing tracing = Tracing.of(openTelemetry);
        Provider first = ScriptedProvider.of(reply("Hello."));

        Call call = Call.of(tracing.scope(new Cancellation()));
        ChatResponse reply = tracing.model(first).hedged(Hedge.DEFAULT).chat(ChatRequest.of("Hello"), call);

        assertThat(reply.text()).isEqualTo("Hello.");
        assertThat(recorded.spans()).hasSize(1);
    }

    @Test
    void texts() {
        Tracing open = Tracing.of(openTelemetry).withContent(text -> text.replaceAll("\\d{6,}", "(number)"));

        open.model(ScriptedProvider.of(reply("Yes."))).chat(ChatRequest.of("Is 12345678 mine?"), Call.unwatched());

        assertThat(recorded.everything()).contains("Is (number) mine?").doesNotContain("12345678");
    }
}
