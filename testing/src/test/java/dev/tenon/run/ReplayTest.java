package dev.tenon.run;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.error.TenonException;
import dev.tenon.journal.Journal;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolDecision;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayTest {
    record City(String city) {}

    private final List<String> called = new ArrayList<>();
    private final Journal journal = Journal.inMemory();

    private Agent agent(String instructions, ScriptedProvider model) {
        return Agent.builder(model)
                .instructions(instructions)
                .tools(Tool.of("weather", "The weather", City.class, city -> {
                    called.add(city.city());
                    return "sunny in " + city.city();
                }))
                .build();
    }

    private RunResult recorded() {
        ScriptedProvider model = ScriptedProvider.of(toolCall("weather", "{\"city\":\"Oslo\"}"), reply("Sunny."));
        return Runner.journalled(journal)
                .run(agent("Be brief.", model), RunRequest.of("Weather?").id("r"));
    }

    @Test
    void givesTheSameResultAndPerformsNothing() {
        RunResult result = recorded();
        ScriptedProvider none = ScriptedProvider.of();

        RunResult again = Replay.of(agent("Be brief.", none), journal, "r").result();

        assertThat(again.messages()).isEqualTo(result.messages());
        assertThat(again.end()).isEqualTo(result.end());
        assertThat(again.spent()).isEqualTo(result.spent());
        assertThat(none.asked()).isZero();
        assertThat(called).containsExactly("Oslo");
    }

    @Test
    void showsTheRunAfterAnyRecord() {
        recorded();
        Replay<RunResult> replay = Replay.of(agent("Be brief.", ScriptedProvider.of()), journal, "r");

        for (int at = 1; at < replay.records(); at++) {
            assertThat(replay.upTo(at).end()).isEmpty();
        }
        assertThat(replay.end()).isPresent();
        assertThat(replay.upTo(1).open()).extracting(Effect::key).containsExactly("context");
        assertThatThrownBy(() -> replay.upTo(99)).hasMessageStartingWith("run \"r\" has records 1 to ");
    }

    @Test
    void aDifferenceBetweenCodeAndJournalIsAnErrorThatNamesTheStep() {
        recorded();
        Agent changed = Agent.builder(ScriptedProvider.of())
                .instructions("Be brief.")
                .settings(dev.tenon.provider.ModelSettings.NONE.withTemperature(1))
                .build();

        assertThatThrownBy(() -> Replay.of(changed, journal, "r"))
                .isInstanceOf(TenonException.class)
                .hasMessage("run \"r\" cannot be replayed: at record 3 the code and the journal differ: \"1\" is now"
                        + " another call_model than the call_model that was begun");
    }

    @Test
    void aForkGoesOnFromAnyRecordWithAnotherModel() {
        recorded();
        Replay<RunResult> replay = Replay.of(agent("Be brief.", ScriptedProvider.of()), journal, "r");
        int afterTheTool = 0;
        for (int at = 1; at <= replay.records(); at++) {
            if (replay.upTo(at).open().stream().anyMatch(effect -> effect.key().equals("2"))) {
                afterTheTool = at;
                break;
            }
        }
        ScriptedProvider other = ScriptedProvider.of(reply("Very sunny."));
        Agent agent = agent("Be brief.", other);
        RunRequest request = RunRequest.of("Weather?").id("r-b");

        Replay.fork(journal, "r", afterTheTool, agent, request);
        RunResult forked = Runner.journalled(journal).run(agent, request);

        assertThat(forked.text()).isEqualTo("Very sunny.");
        assertThat(other.asked()).isEqualTo(1);
        assertThat(called).containsExactly("Oslo");
        assertThatThrownBy(() -> Replay.fork(journal, "r", 3, agent, request))
                .hasMessage("there is a run \"r-b\" already; give the fork another id");
    }

    @Test
    void aRunThatRestedAndWentOnIsReplayedToo() {
        ScriptedProvider model = ScriptedProvider.of(
                toolCall("weather", "{\"city\":\"Oslo\"}"),
                toolCall("weather", "{\"city\":\"Rome\"}"),
                reply("Sunny."));
        Agent helper = Agent.builder(model)
                .tools(Tool.of("weather", "The weather", City.class, city -> "sunny in " + city.city()))
                .policy((tool, arguments, history) -> new ToolDecision.Ask("sure?"))
                .build();
        Agent chief = Agent.builder(
                        ScriptedProvider.of(toolCall("helper", "{\"request\":\"Weather?\"}"), reply("Done.")))
                .tools(helper.asTool("helper", "Helps"))
                .build();
        Runner runner = Runner.journalled(journal);
        RunResult result = runner.run(chief, RunRequest.of("Go").id("r"));
        while (result.paused()) {
            // What a child asks is seen from the records of its parent.
            Replay<RunResult> rests = Replay.of(chief, journal, "r");
            assertThat(rests.result().questions()).isEqualTo(result.questions());
            result = runner.resume(chief, "r", Answer.approve(result.questions().get(0)));
        }

        assertThat(result.text()).isEqualTo("Done.");
        assertThat(Replay.of(chief, journal, "r").result().messages()).isEqualTo(result.messages());
        assertThat(Replay.of(helper, journal, "r/1/0").result().text()).isEqualTo("Sunny.");
    }

    @Test
    void aForkOfACancelledRunCallsAnewWhatTheStopBrokeOff() {
        Cancellation stop = new Cancellation();
        Agent pays = Agent.builder(ScriptedProvider.of(toolCall("pay", "{\"city\":\"Oslo\"}"), reply("Paid.")))
                .tools(Tool.of("pay", "Pays", City.class, city -> {
                    called.add(city.city());
                    if (called.size() == 1) {
                        stop.cancel("changed my mind");
                        throw new IllegalStateException("broken off");
                    }
                    return "paid";
                }))
                .build();
        assertThat(Runner.journalled(journal)
                        .run(pays, RunRequest.of("Pay").id("r"), stop, Watch.NONE)
                        .end())
                .isInstanceOf(RunEnd.Cancelled.class);
        int all = journal.read("r").size();

        Replay.fork(journal, "r", all, pays, RunRequest.of("Pay").id("r-b"));
        RunResult forked =
                Runner.journalled(journal).run(pays, RunRequest.of("Pay").id("r-b"));

        assertThat(forked.questions()).isEmpty();
        assertThat(forked.text()).isEqualTo("Paid.");
        assertThat(called).hasSize(2);
    }
}
