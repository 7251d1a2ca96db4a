package dev.tenon.scope;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.Hedge;
import dev.tenon.provider.Provider;
import dev.tenon.provider.Retry;
import dev.tenon.run.Interceptor;
import dev.tenon.run.Runner;
import dev.tenon.run.Watch;
import dev.tenon.schema.JsonSchema;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class CarriedTest {
    record Tenant(String name) {}

    record Task(String request) {}

    private final List<Optional<Tenant>> seen = new CopyOnWriteArrayList<>();
    private final Scope tenant = new Cancellation().carrying(Tenant.class, new Tenant("ann"));

    /** A model that looks whose call it is. */
    private Provider looking(Provider model) {
        return (request, call) -> {
            seen.add(call.carried(Tenant.class));
            return model.chat(request, call);
        };
    }

    @Test
    void whatAScopeCarriesIsFoundBelowIt() {
        try (Cancellation below = Cancellation.below(tenant, "a");
                Cancellation further = Cancellation.below(below, "b", Duration.ofHours(1))) {
            assertThat(further.carried(Tenant.class)).contains(new Tenant("ann"));
            assertThat(further.carried(String.class)).isEmpty();
            Scope nearer = further.carrying(Tenant.class, new Tenant("bob"));
            assertThat(nearer.carried(Tenant.class)).contains(new Tenant("bob"));
            assertThat(further.carried(Tenant.class)).contains(new Tenant("ann"));
            assertThat(Call.of(nearer).carried(Tenant.class)).contains(new Tenant("bob"));
            assertThat(nearer.id()).isEqualTo("b");
            assertThat(nearer.deadline()).isEqualTo(further.deadline());
        }
        assertThat(new Cancellation().carried(Tenant.class)).isEmpty();
    }

    @Test
    void aScopeThatCarriesIsStoppedByTheOneItIsMadeOf() {
        Cancellation stop = new Cancellation();
        Scope carrying = stop.carrying(Tenant.class, new Tenant("ann"));
        List<String> told = new ArrayList<>();
        carrying.onStop(() -> told.add("stopped"));

        stop.cancel("over");

        assertThat(carrying.stopped()).isTrue();
        assertThat(told).containsExactly("stopped");
    }

    @Test
    void wrappersOfModelsCarryItToEveryAttempt() {
        Provider model = looking(ScriptedProvider.of(reply("Yes.")))
                .hedged(Hedge.DEFAULT)
                .retrying(Retry.DEFAULT);

        model.chat(ChatRequest.of("Well?"), Call.of(tenant));

        assertThat(seen).containsExactly(Optional.of(new Tenant("ann")));
    }

    @Test
    void aRunCarriesItToModelsToolsAndRunsBelow() {
        Agent helper =
                Agent.builder(looking(ScriptedProvider.of(reply("done")))).build();
        Tool look = Tool.of("look", "Looks", Task.class, (task, context) -> {
            seen.add(context.carried(Tenant.class));
            return "seen";
        });
        Agent agent = Agent.builder(looking(ScriptedProvider.of(
                        toolCall("look", "{\"request\":\"\"}").and(toolCall("help", "{\"request\":\"\"}")),
                        reply("done"))))
                .tools(look, helper.asTool("help", "Helps"))
                .build();

        RunResult result = agent.run(RunRequest.of("go"), tenant);

        assertThat(result.text()).isEqualTo("done");
        assertThat(seen).hasSize(4).containsOnly(Optional.of(new Tenant("ann")));
    }

    @Test
    void anAgentWrittenByHandStreamsThroughAnyRunner() {
        Provider model = ScriptedProvider.of(reply("Ye", "s."));
        Agent inner = Agent.builder(model).build();
        Agent byHand = (request, scope, watch) -> inner.run(RunRequest.of("Well?"), scope, watch);
        List<String> shown = new ArrayList<>();

        Runner.plain().run(byHand, RunRequest.of("Well?"), Watch.deltas(shown::add));

        assertThat(shown).containsExactly("Ye", "s.");
    }

    @Test
    void anInterceptorIsToldThatAChildRests() {
        Tool pay = Tool.of(
                ToolSpec.of("pay", "Pays", JsonSchema.of(Task.class)).withTraits(ToolSpec.Trait.DESTRUCTIVE),
                (task, context) -> "paid");
        Agent clerk = Agent.builder(ScriptedProvider.of(toolCall("pay", "{\"request\":\"\"}")))
                .tools(pay)
                .build();
        List<Integer> questions = new ArrayList<>();
        Agent boss = Agent.builder(ScriptedProvider.of(toolCall("clerk", "{\"request\":\"\"}")))
                .tools(clerk.asTool("clerk", "Pays"))
                .interceptor((effect, call, chain) -> {
                    try {
                        return chain.proceed(effect);
                    } catch (Interceptor.Resting rests) {
                        questions.add(rests.paused().questions().size());
                        throw rests;
                    }
                })
                .build();

        assertThat(boss.run("Pay.").paused()).isTrue();
        assertThat(questions).containsExactly(1);
    }
}
