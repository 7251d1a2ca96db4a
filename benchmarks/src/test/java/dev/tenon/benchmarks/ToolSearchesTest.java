package dev.tenon.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.tool.Tool;
import dev.tenon.tool.Toolset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Both sides do the same work, and find what was asked for. */
class ToolSearchesTest {
    private static List<String> names(List<Tool> tools) {
        return tools.stream().map(tool -> tool.spec().name()).toList();
    }

    @Test
    void bothFindTheToolThatIsWanted() {
        List<Tool> all = ManyTools.all();
        Toolset tools = Toolset.of(all);
        LuceneTools lucene = new LuceneTools(all);

        assertThat(all).hasSize(1000);
        assertThat(ManyTools.wanted()).hasSize(100).allSatisfy(wanted -> {
            assertThat(names(tools.search(wanted.query(), 5)))
                    .as(wanted.query())
                    .hasSize(5)
                    .contains(wanted.name());
            assertThat(names(lucene.search(wanted.query(), 5)))
                    .as(wanted.query())
                    .hasSize(5)
                    .contains(wanted.name());
        });
        assertThat(ManyTools.wanted().stream().map(ManyTools.Wanted::name).distinct())
                .hasSizeGreaterThan(50);
    }

    @Test
    void aCallOfAToolGivesTheSameOnBothSides() throws Exception {
        ToolDispatch dispatch = new ToolDispatch();

        assertThat(dispatch.tenonMethod().text()).isEqualTo("IC 1");
        assertThat(dispatch.tenonRecord().text()).isEqualTo("IC 1");
        assertThat(dispatch.langchain4j()).isEqualTo("IC 1");
    }
}
