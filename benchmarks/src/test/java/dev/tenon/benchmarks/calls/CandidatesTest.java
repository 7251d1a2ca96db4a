package dev.tenon.benchmarks.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.testing.ModelServer;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is compared does the same. */
class CandidatesTest {
    @ParameterizedTest
    @ValueSource(strings = {"hand", "tenon", "langchain4j"})
    void allComeToTheSame(String name) {
        try (ModelServer server = Host.start(Duration.ZERO)) {
            Candidate candidate = Candidate.of(name, server.url("/v1").toString());
            String answer = "Yes: it is 14 degrees and it rains in Lisbon, all day long.";
            assertThat(candidate.chat()).isEqualTo(answer);
            assertThat(candidate.stream()).isEqualTo(Host.CHUNKS * "word0 ".length());
            assertThat(server.asked()).isEqualTo(2);
            assertThat(candidate.toolRound()).isEqualTo(answer);
            assertThat(candidate.fourTools()).isEqualTo(answer);
            assertThat(server.asked()).isEqualTo(6);
            assertThat(candidate.typed()).isEqualTo(new Candidate.Advice("Lisbon", 14.5, true));
            assertThat(server.asked()).isEqualTo(7);
        }
    }
}
