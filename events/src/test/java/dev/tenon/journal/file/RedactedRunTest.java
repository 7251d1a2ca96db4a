package dev.tenon.journal.file;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.error.TenonException;
import dev.tenon.provider.ModelSettings;
import dev.tenon.run.Replay;
import dev.tenon.run.Runner;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of which the journal does not hold everything. */
class RedactedRunTest {
    private static final RunRequest REQUEST = RunRequest.of("Weather?").id("r");

    record City(String city) {}

    @TempDir
    Path folder;

    private static Agent agent(ScriptedProvider model) {
        return Agent.builder(model)
                .tools(Tool.of("weather", "The weather", City.class, city -> "sunny in " + city.city()))
                .build();
    }

    private FileJournal recorded(String... redacted) {
        FileJournal journal =
                FileJournal.builder(folder).redaction(Redaction.of(redacted)).open();
        ScriptedProvider model = ScriptedProvider.of(toolCall("weather", "{\"city\":\"Oslo\"}"), reply("Sunny."));
        Runner.journalled(journal).run(agent(model), REQUEST);
        return journal;
    }

    @Test
    void isReplayedWithWhatIsLeftOfItsTexts() {
        try (FileJournal journal = recorded("/input/**/text", "/outcome/**/text")) {
            Replay<RunResult> replay = Replay.of(agent(ScriptedProvider.of()), journal, "r");

            assertThat(replay.result().messages())
                    .extracting(Object::toString)
                    .hasSize(4)
                    .noneMatch(message -> message.contains("Weather?") || message.contains("sunny"));
            assertThat(replay.result().text()).isEqualTo("Sunny."); // how it ended is in another record
        }
    }

    @Test
    void stillShowsWhereTheCodeDiffersFromIt() {
        try (FileJournal journal = recorded("/outcome/**/text")) {
            Agent another = Agent.builder(ScriptedProvider.of())
                    .settings(ModelSettings.NONE.withTemperature(1))
                    .build();

            assertThatThrownBy(() -> Replay.of(another, journal, "r"))
                    .hasMessage("run \"r\" cannot be replayed: at record 3 the code and the journal differ: \"1\" is"
                            + " now another call_model than the call_model that was begun");
        }
    }

    @Test
    void saysWhatCannotBeReplayedBecauseItWasRedacted() {
        try (FileJournal journal = recorded("/input", "/end")) {
            assertThatThrownBy(() -> Replay.of(agent(ScriptedProvider.of()), journal, "r"))
                    .isInstanceOfSatisfying(
                            TenonException.class, e -> assertThat(e.code()).isEqualTo("run.unreadable"))
                    .hasMessageStartingWith("run \"r\" cannot be replayed or gone on with: its input was redacted where"
                            + " it is needed; leave that to the journal: expected dev.tenon.agent.RunRequest");
            assertThatThrownBy(() -> Runner.journalled(journal).run(agent(ScriptedProvider.of()), REQUEST))
                    .hasMessageStartingWith("run \"r\" cannot be replayed or gone on with: how it ended was redacted");
        }
    }

    @Test
    void saysWhichOutcomeItNeedsThatWasRedacted() {
        try (FileJournal journal = recorded("/outcome/**/arguments")) {
            String why =
                    "run \"r\" cannot be replayed or gone on with: the outcome of \"1/read\" was redacted where it is"
                            + " needed; leave that to the journal: ";

            assertThatThrownBy(() -> Replay.of(agent(ScriptedProvider.of()), journal, "r"))
                    .hasMessageStartingWith(why);
            assertThatThrownBy(() -> Runner.journalled(journal).run(agent(ScriptedProvider.of()), REQUEST))
                    .hasMessageStartingWith(why);
        }
    }
}
