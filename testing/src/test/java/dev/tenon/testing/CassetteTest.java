package dev.tenon.testing;

import static dev.tenon.testing.Reply.fault;
import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunResult;
import dev.tenon.error.TenonException;
import dev.tenon.provider.ProviderException;
import dev.tenon.run.RunEnd;
import dev.tenon.tool.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CassetteTest {
    record City(String city) {}

    @TempDir
    Path folder;

    private static Agent agent(ScriptedProvider model, Cassette tape, String sky) {
        return Agent.builder(model)
                .tools(Tool.of("weather", "The weather", City.class, city -> sky + " in " + city.city()))
                .interceptor(tape)
                .build();
    }

    @Test
    void playsWhatItRecordedWithNeitherModelNorTool() {
        Cassette recording = Cassette.at(folder.resolve("tape.jsonl"));
        ScriptedProvider real = ScriptedProvider.of(toolCall("weather", "{\"city\":\"Oslo\"}"), reply("Sunny."));
        agent(real, recording, "sun").run("Weather?");
        recording.save();

        Cassette tape = Cassette.at(folder.resolve("tape.jsonl"));
        ScriptedProvider none = ScriptedProvider.of();

        assertThat(recording.playing()).isFalse();
        assertThat(tape.playing()).isTrue();
        assertThat(agent(none, tape, "never called").run("Weather?").text()).isEqualTo("Sunny.");
        assertThat(none.asked()).isZero();
    }

    @Test
    void saysWhatChangedWhereARequestIsNotWhatWasRecorded() {
        Cassette recording = Cassette.at(folder.resolve("tape.jsonl"));
        agent(ScriptedProvider.of(reply("Sunny.")), recording, "sun").run("Weather?");
        recording.save();

        assertThatThrownBy(() -> agent(ScriptedProvider.of(), Cassette.at(folder.resolve("tape.jsonl")), "")
                        .run("Time?")
                        .text())
                .hasMessage("""
                    call 1 is not what was recorded:
                      /request/messages/0/content/0/text
                        recorded: "Weather?"
                        now:      "Time?\"\
                    """);
    }

    @Test
    void twoRunsAreOnOneTapeOneAfterTheOther() {
        Path file = folder.resolve("tape.jsonl");
        Cassette recording = Cassette.at(file);
        Agent first = agent(ScriptedProvider.of(reply("Sunny."), reply("Noon.")), recording, "sun");
        first.run("Weather?");
        first.run("Time?");
        recording.save();

        Cassette tape = Cassette.at(file);
        Agent again = agent(ScriptedProvider.of(), tape, "");
        assertThat(again.run("Weather?").text()).isEqualTo("Sunny.");
        assertThat(tape.unplayed()).containsExactly("run 2: 1");
        assertThat(again.run("Time?").text()).isEqualTo("Noon.");
        assertThat(tape.unplayed()).isEmpty();
        assertThatThrownBy(() -> again.run("More?").text())
                .hasMessage("nothing is on the tape for call run 3: 1; delete tape.jsonl to record anew");
    }

    @Test
    void saysWhatWasRecordedAndIsAskedNoMore() {
        Path file = folder.resolve("tape.jsonl");
        Cassette recording = Cassette.at(file);
        agent(
                        ScriptedProvider.of(
                                toolCall("weather", "{\"city\":\"Oslo\"}")
                                        .and(toolCall("weather", "{\"city\":\"Rome\"}")),
                                reply("Sunny.")),
                        recording,
                        "sun")
                .run("Weather?");
        recording.save();
        Cassette tape = Cassette.at(file);

        assertThat(recording.unplayed()).isEmpty();
        assertThat(tape.unplayed()).containsExactlyInAnyOrder("1", "1/0", "1/1", "2");
        assertThat(agent(ScriptedProvider.of(), tape, "").run("Weather?").text())
                .isEqualTo("Sunny.");
        assertThat(tape.unplayed()).isEmpty();
    }

    @Test
    void aModelThatFailedFailsAgain() {
        Path file = folder.resolve("tape.jsonl");
        Cassette recording = Cassette.at(file);
        RunResult failed = agent(ScriptedProvider.of(fault(ProviderException.Kind.AUTHENTICATION)), recording, "")
                .run("Weather?");
        recording.save();

        RunResult again = agent(ScriptedProvider.of(reply("never asked")), Cassette.at(file), "")
                .run("Weather?");

        assertThat(failed.end()).isInstanceOf(RunEnd.Failed.class);
        assertThat(again.end()).isInstanceOf(RunEnd.Failed.class);
        assertThat(((RunEnd.Failed) again.end()).failure().code())
                .isEqualTo(((RunEnd.Failed) failed.end()).failure().code())
                .isEqualTo("provider.authentication");
    }

    @Test
    void aModelOfYourOwnThatThrewFailsAgain() {
        Path file = folder.resolve("tape.jsonl");
        Cassette recording = Cassette.at(file);
        RunResult first = Agent.builder(ScriptedProvider.of().always(asked -> {
                    throw new IllegalStateException("no room");
                }))
                .interceptor(recording)
                .build()
                .run("Weather?");
        recording.save();

        RunResult again = Agent.builder(ScriptedProvider.of())
                .interceptor(Cassette.at(file))
                .build()
                .run("Weather?");
        assertThat(again.end()).isEqualTo(first.end());
        assertThat(again.end()).asString().contains("exception.IllegalStateException", "no room");
    }

    @Test
    void aTapeThatIsSpoiledIsNamedWithItsLine() throws IOException {
        Path file = folder.resolve("tape.jsonl");
        String track = "{\"place\":\"1\",\"effect\":{},\"outcome\":{}}\n";
        for (String[] bad : new String[][] {
            {"nonsense", "tape.jsonl:2: it is no track: "},
            {"{\"effect\":{},\"outcome\":{}}", "tape.jsonl:2: it is no track: expected string, got null"},
            {"{\"place\":\"2\",\"outcome\":{}}", "tape.jsonl:2: it is no track: expected object, got null"},
            {track, "tape.jsonl:2: call 1 is on it twice; delete the file to record anew, or mend it"},
        }) {
            Files.writeString(file, track + bad[0]);

            assertThatThrownBy(() -> Cassette.at(file))
                    .isInstanceOf(TenonException.class)
                    .hasMessageStartingWith(bad[1]);
        }
    }
}
