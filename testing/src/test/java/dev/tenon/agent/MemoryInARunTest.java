package dev.tenon.agent;

import static dev.tenon.testing.Reply.fault;
import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.memory.Memory;
import dev.tenon.memory.Recall;
import dev.tenon.memory.Recalled;
import dev.tenon.memory.Turn;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.Usage;
import dev.tenon.run.Outcome;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Runner;
import dev.tenon.run.Watch;
import dev.tenon.testing.FoldedProgram;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a run asks a memory, and what it does for it. Every run is folded afresh and passes through JSON as well. */
@Timeout(60)
class MemoryInARunTest {
    record Place(String city) {}

    /** A memory that answers as it is told, and keeps what it was asked. */
    private static final class Told implements Memory {
        final List<Recall> asked = new ArrayList<>();
        final List<Turn> turns = new ArrayList<>();
        final List<ChatRequest> sent = new ArrayList<>();
        private final Function<Recall, Recalled> answer;

        Told(Function<Recall, Recalled> answer) {
            this.answer = answer;
        }

        @Override
        public Recalled recall(Recall wanted) {
            asked.add(wanted);
            return answer.apply(wanted);
        }

        @Override
        public void append(String session, Turn turn) {
            turns.add(turn);
        }

        @Override
        public void asked(String session, ModelInfo model, ChatRequest request, Usage usage) {
            sent.add(request);
            throw new IllegalStateException("nobody minds");
        }
    }

    private static Recalled past(String... texts) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < texts.length; i++) {
            messages.add(i % 2 == 0 ? Message.user(texts[i]) : Message.assistant(texts[i]));
        }
        return Recalled.of(messages);
    }

    private static Agent agent(ScriptedProvider model, Memory memory) {
        return Agent.builder(model)
                .instructions("Be brief.")
                .tools(Tool.of("weather", "The weather now", Place.class, place -> "sunny in " + place.city()))
                .memory(memory)
                .build();
    }

    private static RunResult run(Agent agent, RunRequest request, Watch watch) {
        return Runner.plain().run(FoldedProgram.of(agent), request, watch);
    }

    private static RunResult run(Agent agent, String text) {
        return run(agent, RunRequest.of(text), Watch.NONE);
    }

    private static List<String> texts(ChatRequest request) {
        return request.messages().stream()
                .map(message -> message instanceof ToolMessage results
                        ? results.content().getFirst().text()
                        : message.text())
                .toList();
    }

    @Test
    void saysWhatElseStandsInTheRequestAndWhoseTurnItWas() {
        ScriptedProvider model = ScriptedProvider.of(reply("Yes."));
        Told memory = new Told(wanted -> past("a", "b"));

        run(agent(model, memory), RunRequest.of("Hello").session("s").user("ann"), Watch.NONE);

        Recall asked = memory.asked.getFirst();
        assertThat(asked.input()).containsExactly(Message.user("Hello"));
        assertThat(asked.around().messages()).containsExactly(Message.system("Be brief."));
        assertThat(asked.around().tools()).hasSize(1);
        assertThat(memory.turns.getFirst().user()).isEqualTo("ann");
        assertThat(memory.sent).containsExactly(model.requests().getFirst().chat());
        assertThat(texts(memory.sent.getFirst())).containsExactly("Be brief.", "a", "b", "Hello");
    }

    @Test
    void theModelCallsThatAMemoryWantsAreCallsOfTheRun() {
        ScriptedProvider model = ScriptedProvider.of(
                reply("short one").withUsage(Usage.of(10, 1)),
                reply("short two").withUsage(Usage.of(20, 2)),
                reply("Yes."));
        Told memory = new Told(wanted -> wanted.summaries().isEmpty()
                ? past("long", "past").wanting(List.of(ChatRequest.of("sum up 1"), ChatRequest.of("sum up 2")))
                : past(
                        wanted.summaries().stream()
                                .map(summary ->
                                        ((Outcome.Replied) summary).response().text())
                                .sorted()
                                .reduce("", (a, b) -> a + b + ";"),
                        "ok"));
        StringBuilder streamed = new StringBuilder();

        RunResult result = run(agent(model, memory), RunRequest.of("Hello"), Watch.deltas(streamed::append));

        assertThat(result.text()).isEqualTo("Yes.");
        assertThat(streamed).hasToString("Yes.");
        assertThat(texts(model.requests().getLast().chat()))
                .containsExactly("Be brief.", "short one;short two;", "ok", "Hello");
        assertThat(result.spent().steps()).isEqualTo(3);
        assertThat(result.usage().input()).isGreaterThanOrEqualTo(30);
        assertThat(result.messages()).hasSize(2);
    }

    @Test
    void aSummaryThatFailedIsForTheMemoryToDoWithout() {
        ScriptedProvider model = ScriptedProvider.of(fault(Kind.INVALID_REQUEST), reply("Yes."));
        Told memory = new Told(wanted -> wanted.summaries().isEmpty()
                ? past("long", "past").wanting(List.of(ChatRequest.of("sum up")))
                : past(
                        wanted.summaries().getFirst() instanceof Outcome.Failed failed
                                ? failed.failure().code()
                                : "",
                        "ok"));

        RunResult result = run(agent(model, memory), "Hello");

        assertThat(result.text()).isEqualTo("Yes.");
        assertThat(texts(model.requests().getLast().chat()))
                .containsExactly("Be brief.", "provider.invalid_request", "ok", "Hello");
    }

    @Test
    void aMemoryThatNeverStopsAskingIsAskedFourTimes() {
        ScriptedProvider model = ScriptedProvider.of().always(asked -> reply("Hm."));
        Told memory = new Told(wanted -> past("a", "b").wanting(List.of(ChatRequest.of("sum up"))));

        RunResult result = run(agent(model, memory), "Hello");

        assertThat(result.text()).isEqualTo("Hm.");
        assertThat(model.asked()).isEqualTo(5);
        assertThat(texts(model.requests().getLast().chat())).containsExactly("Be brief.", "a", "b", "Hello");
    }

    @Test
    void aRequestThatIsTooLongIsMadeShorterOnce() {
        ScriptedProvider model = ScriptedProvider.of(
                toolCall("weather", "{\"city\":\"Oslo\"}"), fault(Kind.CONTEXT_TOO_LONG), reply("Sunny."));
        Told memory = new Told(wanted -> wanted.tooLong()
                ? new Recalled(
                        List.of(),
                        List.of(),
                        List.of(
                                Message.user("short"),
                                wanted.input().get(1),
                                wanted.input().get(2)),
                        List.of(),
                        0)
                : past("a", "b"));

        RunResult result = run(agent(model, memory), "Hello");

        assertThat(result.text()).isEqualTo("Sunny.");
        assertThat(memory.asked).extracting(Recall::tooLong).containsExactly(false, true);
        assertThat(memory.asked.getLast().input()).hasSize(3);
        assertThat(texts(model.requests().getLast().chat())).containsExactly("Be brief.", "short", "", "sunny in Oslo");
        assertThat(memory.turns.getFirst().messages().getFirst()).isEqualTo(Message.user("Hello"));
    }

    @Test
    void aRequestThatIsStillTooLongFails() {
        ScriptedProvider model = ScriptedProvider.of().always(asked -> fault(Kind.CONTEXT_TOO_LONG));
        Told memory = new Told(wanted -> past("a", "b"));

        RunResult result = run(agent(model, memory), "Hello");

        assertThat(((RunEnd.Failed) result.end()).failure().code()).isEqualTo("provider.context_too_long");
        assertThat(model.asked()).isEqualTo(2);
    }

    @Test
    void aMemoryIsAskedAgainWhenTheRequestsHaveGrown() {
        ScriptedProvider model = ScriptedProvider.of(
                toolCall("weather", "{\"city\":\"A\"}").withUsage(Usage.of(50, 10)),
                toolCall("weather", "{\"city\":\"B\"}").withUsage(Usage.of(95, 10)),
                toolCall("weather", "{\"city\":\"C\"}").withUsage(Usage.of(60, 10)),
                reply("Sunny."));
        Told memory = new Told(wanted -> wanted.input().size() == 1
                ? new Recalled(past("a", "b").messages(), List.of(), List.of(), List.of(), 100)
                : new Recalled(List.of(), List.of(), List.of(Message.user("what was said")), List.of(), 100));

        RunResult result = run(agent(model, memory), "Hello");

        assertThat(result.text()).isEqualTo("Sunny.");
        assertThat(memory.asked).hasSize(2);
        assertThat(memory.asked.getLast().input()).hasSize(5);
        assertThat(texts(model.requests().get(2).chat())).containsExactly("Be brief.", "what was said");
        assertThat(texts(model.requests().get(3).chat()))
                .containsExactly("Be brief.", "what was said", "", "sunny in C");
        assertThat(result.messages()).hasSize(8);
    }
}
