package dev.tenon.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.provider.Hedge;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.Retry;
import dev.tenon.run.Runner;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Reply;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many runs at once, with agents below agents, parallel tools, retries and hedges, as chance wants it: each span is where it belongs. */
class CrowdTest {
    private static final int RUNS = 40;

    record Task(String request) {}

    @Test
    @Timeout(60)
    void eachSpanIsBelowThatOfWhatItIsPartOf() throws Exception {
        try (Recorded recorded = new Recorded();
                ExecutorService callers = Executors.newFixedThreadPool(8)) {
            Tracing tracing = Tracing.of(recorded.openTelemetry());
            Runner runner = tracing.runner(Runner.plain());
            List<Future<RunResult>> runs = IntStream.range(0, RUNS)
                    .mapToObj(seed -> callers.submit(() ->
                            runner.run(agent(tracing, seed), RunRequest.of("go").id("run-" + seed))))
                    .toList();
            for (Future<RunResult> run : runs) {
                assertThat(run.get().text()).isEqualTo("done");
            }

            assertThat(recorded.open()).isEmpty();
            Map<String, SpanData> byId =
                    recorded.spans().stream().collect(Collectors.toMap(SpanData::getSpanId, Function.identity()));
            assertThat(byId.size()).isGreaterThan(RUNS * 5);
            for (SpanData span : byId.values()) {
                SpanData parent = byId.get(span.getParentSpanId());
                String place = place(span);
                if (parent == null) {
                    assertThat(span.getName()).isEqualTo("invoke_agent boss");
                    assertThat(place).matches("run-\\d+");
                } else {
                    assertThat(span.getTraceId()).isEqualTo(parent.getTraceId());
                    assertThat(place)
                            .as(span.getName() + " below " + parent.getName())
                            .startsWith(place(parent) + "/");
                    assertThat(place.substring(place(parent).length() + 1))
                            .as(span.getName())
                            .matches("\\d+(/\\d+)?");
                    assertThat(span.getStartEpochNanos()).isGreaterThanOrEqualTo(parent.getStartEpochNanos());
                }
            }
            assertThat(recorded.named("invoke_agent boss")).hasSize(RUNS);
        }
    }

    /** Where a span belongs: the run's id, or that of the call. */
    private static String place(SpanData span) {
        String run = Recorded.of(span, Names.RUN);
        return run == null ? Recorded.of(span, Names.CALL) : run;
    }

    private static Agent agent(Tracing tracing, int seed) {
        Chance chance = new Chance(seed);
        Tool look = Tool.of("look", "Looks", Task.class, (task, context) -> {
            // Whatever thread it runs on, the current span is its own.
            assertThat(Span.current().getSpanContext().isValid()).isTrue();
            return "seen";
        });
        Agent helper = Agent.builder(model(tracing, chance, "small", "look"))
                .name("helper")
                .tools(look)
                .build();
        return Agent.builder(model(tracing, chance, "large", "look", "help"))
                .name("boss")
                .tools(look, helper.asTool("help", "Helps"))
                .build();
    }

    private static Provider model(Tracing tracing, Chance chance, String name, String... tools) {
        ScriptedProvider scripted = ScriptedProvider.of(ModelInfo.of("p", name)).always(asked -> {
            synchronized (chance) {
                if (chance.oneIn(5)) return Reply.fault(Kind.OVERLOADED);
                if (asked.chat().messages().size() > 6 || chance.oneIn(3)) return Reply.reply("done");
                Reply calls = call(chance.pick(List.of(tools)));
                for (int more = chance.below(4); more > 0; more--) {
                    calls = calls.and(call(chance.pick(List.of(tools))));
                }
                return chance.oneIn(4) ? calls.after(Duration.ofMillis(30)) : calls;
            }
        });
        return tracing.model(scripted)
                .hedged(Hedge.after(Duration.ofMillis(10)))
                .retrying(new Retry(50, Duration.ofMillis(1), Duration.ofMillis(5)));
    }

    private static Reply call(String tool) {
        return Reply.toolCall(tool, "{\"request\":\"please\"}");
    }
}
