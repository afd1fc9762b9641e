"""What people propose and what becomes of it; what we did wrong and what changes; what people answer when we ask.

An idea of a person lies in the circle of their place, one of a member where they put it. Every idea gets an answer, and
somebody carries it back. A correction is about an act, never about a person. What a contact answers to a question lies
in the circle of their place as well, whoever's question it is.
"""
