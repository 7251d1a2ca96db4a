package dev.tenon.testing;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.agent.Agent;
import dev.tenon.tool.Tool;
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
}
