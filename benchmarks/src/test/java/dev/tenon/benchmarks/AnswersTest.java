package dev.tenon.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.output.RecoveryParser;
import io.github.haibiiin.json.repair.JSONRepair;
import io.github.haibiiin.json.repair.JSONRepairConfig;
import org.junit.jupiter.api.Test;

/** What is measured is reading, not refusing. */
class AnswersTest {
    private static Json read(String text) {
        return RecoveryParser.of(Answers.Orders.class).parse(text).value();
    }

    @Test
    void slipsChangeNothingOfWhatTheTextSays() {
        assertThat(read(Answers.broken(20_000))).isEqualTo(Json.parse(Answers.valid(20_000)));
    }

    @Test
    void aPeerMendsTheCutTextTheSameWay() {
        String cut = Answers.cut(20_000);
        Json mended = Json.parse(new JSONRepair(new JSONRepairConfig()).handle(cut));

        assertThat(RecoveryParser.any().parse(cut).value()).isEqualTo(mended);
    }
}
