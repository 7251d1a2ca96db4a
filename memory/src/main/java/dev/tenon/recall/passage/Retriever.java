package dev.tenon.recall.passage;

import dev.tenon.schema.Description;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Finds passages about a question. Implementations must be thread-safe. */
@FunctionalInterface
public interface Retriever {
    /** How many passages a tool gives, and a memory puts into a request. */
    int DEFAULT_MOST = 5;

    /**
     * A passage that was found. Immutable.
     *
     * @param score greater is better; it can be compared within one answer only
     */
    record Found(Passage passage, double score) {
        public Found {
            Objects.requireNonNull(passage, "passage");
        }
    }

    /**
     * The passages that fit best, the best first. Blocks.
     *
     * @param most how many at most, at least 1
     */
    List<Found> retrieve(String question, int most);

    /**
     * What several find, joined by reciprocal rank fusion: a passage has the sum of {@code 1 / (60 + rank)} over the lists that it is in, so that no score of one need be compared with a score of another (G. Cormack, C. Clarke,
     * S. Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods", SIGIR 2009; 60 is theirs). Each is asked for more than are wanted, since what is in the middle of both is better
     * than what is at the end of one.
     */
    static Retriever fused(Retriever... all) {
        Objects.requireNonNull(all, "all");
        List<Retriever> each = List.of(all);
        return (question, most) -> Fusion.of(each, question, most);
    }

    /** A tool by which a model asks. What it is given names for each passage where it stands. */
    default Tool asTool(String name, String description) {
        return Tool.of(
                        name,
                        description,
                        Question.class,
                        question -> words(retrieve(question.question(), DEFAULT_MOST)))
                .with(spec -> spec.withTraits(ToolSpec.Trait.READ_ONLY));
    }

    /** What the tool takes. */
    record Question(
            @Description("what is looked for, as a question or in words that may stand there")
            String question) {

        public Question {
            Objects.requireNonNull(question, "question");
        }
    }

    private static String words(List<Found> found) {
        return found.isEmpty() ? "Nothing was found; try other words." : Prompted.passages(found);
    }
}

/** Joins lists by ranks. */
final class Fusion {
    private static final int FLAT = 60;

    /** How much deeper each list is read. */
    private static final int DEEPER = 4;

    private static final int AT_LEAST = 20;

    private Fusion() {}

    private static final class Sum {
        final Passage passage;
        double score;

        Sum(Passage passage) {
            this.passage = passage;
        }
    }

    static List<Retriever.Found> of(List<Retriever> all, String question, int most) {
        if (most < 1) {
            throw new IllegalArgumentException("most < 1: " + most);
        }
        int deep = (int) Math.max(AT_LEAST, Math.min(Integer.MAX_VALUE, (long) most * DEEPER));
        Map<String, Sum> sums = new LinkedHashMap<>();
        for (Retriever one : all) {
            int rank = 1;
            for (Retriever.Found found : one.retrieve(question, deep)) {
                sums.computeIfAbsent(found.passage().id(), id -> new Sum(found.passage())).score += 1.0 / (FLAT + rank);
                rank++;
            }
        }
        List<Sum> best = new ArrayList<>(sums.values());
        // Of equals that comes first which the first retriever found.
        best.sort(Comparator.<Sum>comparingDouble(sum -> sum.score).reversed());
        return best.subList(0, Math.min(most, best.size())).stream()
                .map(sum -> new Retriever.Found(sum.passage, sum.score))
                .toList();
    }
}
