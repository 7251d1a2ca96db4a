package dev.tenon.benchmarks;

import dev.tenon.tool.Tool;
import dev.tenon.tool.Toolset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to find five of a thousand tools? From the text of the query to the tools, the same tools and queries on both sides, an index made before; and what does it cost to make the index?
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 8, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ToolSearches {
    private static final int MOST = 5;

    private final List<Tool> all = ManyTools.all();
    private final List<String> queries =
            ManyTools.wanted().stream().map(ManyTools.Wanted::query).toList();
    private final Toolset tools = Toolset.of(all);
    private final LuceneTools lucene = new LuceneTools(all);
    private int next;

    private String query() {
        next = next + 1 == queries.size() ? 0 : next + 1;
        return queries.get(next);
    }

    /** A toolset's own search. */
    @Benchmark
    public List<Tool> tenon() {
        return tools.search(query(), MOST);
    }

    /** The peer. */
    @Benchmark
    public List<Tool> lucene() {
        return lucene.search(query(), MOST);
    }

    /** The index of a thousand tools, made by the first search. */
    @Benchmark
    public List<Tool> tenonFromNothing() {
        return Toolset.of(all).search(query(), MOST);
    }

    /** The peer's. */
    @Benchmark
    public List<Tool> luceneFromNothing() {
        return new LuceneTools(all).search(query(), MOST);
    }
}
