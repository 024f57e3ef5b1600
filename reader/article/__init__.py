"""The document: text model, sentences, citations, references and noise. It knows no file, store or screen."""
