package dev.tenon.benchmarks;

import dev.tenon.json.Json;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;

/**
 * Tools in a Lucene index in memory: the same three fields with the same weights as a toolset's own search, by Lucene's BM25 and its analysis of English. The index is merged to one segment, without a cache
 * of queries, and a document's number leads to the tool by a list, so that nothing is read but the index.
 */
final class LuceneTools {
    private static final String[] FIELDS = {"name", "description", "parameters"};
    private static final float[] WEIGHTS = {3, 2, 1};

    private final List<Tool> tools;
    private final Analyzer analyzer = new EnglishAnalyzer();
    private final IndexSearcher searcher;

    LuceneTools(List<Tool> tools) {
        this.tools = List.copyOf(tools);
        try {
            ByteBuffersDirectory directory = new ByteBuffersDirectory();
            try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig(analyzer))) {
                for (Tool tool : tools) {
                    writer.addDocument(document(tool.spec()));
                }
                writer.forceMerge(1);
            }
            searcher = new IndexSearcher(DirectoryReader.open(directory));
            searcher.setQueryCache(null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Document document(ToolSpec spec) {
        Document document = new Document();
        // Lucene takes a name with underscores for one word.
        document.add(new TextField("name", spec.name().replace('_', ' '), Field.Store.NO));
        document.add(new TextField("description", spec.description(), Field.Store.NO));
        StringBuilder parameters = new StringBuilder();
        said(spec.parameters().json(), parameters);
        document.add(new TextField("parameters", parameters.toString(), Field.Store.NO));
        return document;
    }

    /** The names, descriptions and choices of a schema, as a toolset reads them. */
    private static void said(Json schema, StringBuilder out) {
        if (schema instanceof Json.Obj object) {
            object.string("description").ifPresent(words -> out.append(words).append('\n'));
            object.get("enum").ifPresent(choices -> out.append(choices).append('\n'));
            if (object.get("properties").orElse(Json.NULL) instanceof Json.Obj properties) {
                properties.forEach((name, member) -> {
                    out.append(name).append('\n');
                    said(member, out);
                });
            }
        }
    }

    List<Tool> search(String query, int most) {
        try {
            List<Tool> found = new ArrayList<>(most);
            for (ScoreDoc each : searcher.search(query(query), most).scoreDocs) {
                found.add(tools.get(each.doc));
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Query query(String text) throws IOException {
        BooleanQuery.Builder any = new BooleanQuery.Builder();
        try (TokenStream words = analyzer.tokenStream("", text)) {
            CharTermAttribute word = words.addAttribute(CharTermAttribute.class);
            words.reset();
            while (words.incrementToken()) {
                for (int i = 0; i < FIELDS.length; i++) {
                    Query one = new TermQuery(new Term(FIELDS[i], word.toString()));
                    any.add(new BoostQuery(one, WEIGHTS[i]), BooleanClause.Occur.SHOULD);
                }
            }
            words.end();
        }
        return any.build();
    }
}
