package dev.tenon.recall;

import static dev.tenon.testing.Reply.fault;
import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.event.Event;
import dev.tenon.json.Json;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.run.Watch;
import dev.tenon.scope.Key;
import dev.tenon.testing.ModelRequest;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.testing.contract.MemoryContract;
import dev.tenon.tool.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A memory in an agent. */
@Timeout(60)
class RememberingAgentTest {
    record Place(String city) {}

    record Name(String name) {}

    private static Tool weather() {
        return Tool.of("weather", "The weather now", Place.class, place -> "sunny in " + place.city());
    }

    private static List<String> texts(ModelRequest asked) {
        return asked.chat().messages().stream()
                .map(message -> message instanceof ToolMessage results
                        ? results.content().getFirst().text()
                        : message.text())
                .toList();
    }

    @Test
    void theModelSeesTheTurnsBefore() {
        ScriptedProvider model = ScriptedProvider.of(
                toolCall("weather", "{\"city\":\"Lisbon\"}"), reply("Sunny."), reply("Oslo, then."), reply("Yes."));
        Agent agent = Agent.builder(model)
                .instructions("Be brief.")
                .tools(weather())
                .memory(RingBufferMemory.messages(200))
                .build();

        RunResult first = agent.run("Lisbon?");
        agent.run("And Oslo?");
        agent.run("Sure?");

        List<Message> sent = new ArrayList<>(List.of(Message.system("Be brief.")));
        sent.addAll(first.messages());
        sent.add(Message.user("And Oslo?"));
        assertThat(model.requests().get(2).chat().messages()).isEqualTo(sent);
        sent.add(Message.assistant("Oslo, then."));
        sent.add(Message.user("Sure?"));
        assertThat(model.requests().get(3).chat().messages()).isEqualTo(sent);
    }

    @Test
    void theModelSeesNoMoreThanTheBound() {
        ScriptedProvider model = ScriptedProvider.of().always(asked -> reply("answer to " + asked.lastUserText()));
        Agent agent = Agent.builder(model).memory(RingBufferMemory.messages(2)).build();
        List<Event> events = new ArrayList<>();

        for (int i = 0; i < 5; i++) {
            agent.run(RunRequest.of("q" + i), Watch.events(events::add));
        }

        assertThat(texts(model.requests().getLast())).containsExactly("q3", "answer to q3", "q4");
        assertThat(events.stream().filter(event -> event.name().equals("memory.compacted")))
                .as("runs in which something was missing")
                .hasSize(3);
    }

    @Test
    void sessionsOfOneAgentNeverSeeEachOther() {
        ScriptedProvider model = ScriptedProvider.of().always(asked -> reply("answer to " + asked.lastUserText()));
        Agent agent =
                Agent.builder(model).memory(RingBufferMemory.messages(200)).build();

        agent.run(RunRequest.of("mine").session("me"));
        agent.run(RunRequest.of("yours").session("you"));
        agent.run(RunRequest.of("mine again").session("me"));

        assertThat(texts(model.requests().get(1))).containsExactly("yours");
        assertThat(texts(model.requests().get(2))).containsExactly("mine", "answer to mine", "mine again");
    }

    @Test
    void aRunThatNobodyAnsweredIsNotRemembered() {
        ScriptedProvider model = ScriptedProvider.of(fault(Kind.AUTHENTICATION), reply("Hello."));
        RingBufferMemory memory = RingBufferMemory.messages(200);
        Agent agent = Agent.builder(model).memory(memory).build();

        assertThat(agent.run("First").completed()).isFalse();
        assertThat(MemoryContract.recalled(memory, RunRequest.DEFAULT_SESSION)).isEmpty();
        agent.run("Second");

        assertThat(texts(model.requests().getLast())).containsExactly("Second");
    }

    @Test
    void aTurnThatBrokeInTheMiddleIsRememberedWhole() {
        ScriptedProvider model = ScriptedProvider.of(
                toolCall("weather", "{\"city\":\"Lisbon\"}"), fault(Kind.INVALID_REQUEST), reply("Hello."));
        RingBufferMemory memory = RingBufferMemory.messages(200);
        Agent agent = Agent.builder(model).tools(weather()).memory(memory).build();

        RunResult broken = agent.run("First");
        assertThat(broken.completed()).isFalse();
        assertThat(MemoryContract.recalled(memory, RunRequest.DEFAULT_SESSION)).isEqualTo(broken.messages());
        MemoryContract.assertWhole(broken.messages());

        assertThat(agent.run("Second").text()).isEqualTo("Hello.");
    }

    @Test
    void aThousandThreadsOnOneAgentShareNothing() throws Exception {
        int threads = 1_000;
        Key<String> who = Key.of("who", String.class, "");
        ScriptedProvider model = ScriptedProvider.of()
                .keeping(0)
                .when(
                        asked -> asked.lastUserText().startsWith("user-")
                                && asked.toolResults().isEmpty(),
                        asked -> toolCall("sign", Json.object("name", asked.lastUserText())))
                .always(asked -> reply(String.join("|", texts(asked))));
        Tool sign = Tool.of("sign", "Signs", Name.class, (name, context) -> {
            context.update(who, name.name());
            return "signed " + name.name();
        });
        RingBufferMemory memory = RingBufferMemory.messages(100);
        try (Agent agent = Agent.builder(model).tools(sign).memory(memory).build();
                ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            CyclicBarrier together = new CyclicBarrier(threads);
            List<Future<?>> users = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                String user = "user-" + i;
                users.add(pool.submit(() -> {
                    together.await();
                    StringBuilder streamed = new StringBuilder();
                    String id = "run of " + user;
                    RunResult first =
                            agent.run(RunRequest.of(user).session(user).id(id), Watch.deltas(streamed::append));
                    assertThat(first.run()).isEqualTo(id);
                    assertThat(first.text()).isEqualTo(user + "||signed " + user);
                    assertThat(streamed).hasToString(first.text());
                    assertThat(first.state().at("/who")).contains(Json.of(user));
                    assertThat(first.spent().toolCalls()).isEqualTo(1);

                    RunResult second = agent.run(RunRequest.of("again " + user).session(user));
                    assertThat(second.text())
                            .isEqualTo(user + "||signed " + user + "|" + first.text() + "|again " + user);
                    assertThat(second.state()).isEqualTo(Json.Obj.EMPTY);
                    return null;
                }));
            }
            for (Future<?> done : users) {
                done.get();
            }
        }
        assertThat(memory.sessions()).isEqualTo(threads);
    }
}
